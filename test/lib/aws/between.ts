// What stands between the desk and S3, DynamoDB or KMS in tests. It refuses to create what is there where If-None-Match asks for it, and to replace what
// If-Match does not name, one after another for one name, as S3 does and radosgw 16 in versioned buckets does not; and it fails as networks and services do, where it is told to.
import {
  createServer,
  request as httpRequest,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';
import { unconditional } from './unconditional.ts';

/** What becomes of a request: it is refused before it was heard, nobody ever answers, its answer is lost or cut after it had its effect, or it goes through. */
export type Fault = 'throttled' | 'broken' | 'unheard' | 'silent' | 'answer-lost' | 'cut' | undefined;

export interface Between {
  readonly url: string;
  /** Asked for every request; none without it. */
  fault: ((request: IncomingMessage) => Fault) | undefined;
  /** How many requests came, by method. */
  readonly counts: Map<string, number>;
  close(): Promise<void>;
}

/** @param etagOf of the object at a path (`/bucket/key`); undefined where there is none */
export async function between(target: string, etagOf: (path: string) => Promise<string | undefined>): Promise<Between> {
  const turns = new Map<string, Promise<void>>();
  const counts = new Map<string, number>();
  const server = createServer((request, response) => {
    const method = request.method ?? '';
    counts.set(method, (counts.get(method) ?? 0) + 1);
    const fault = self.fault?.(request);
    if (fault === 'unheard') {
      request.socket.destroy();
      return;
    }
    if (fault === 'silent') {
      request.resume();
      return;
    }
    if (fault === 'throttled' || fault === 'broken') {
      refuse(request, response, ...REFUSALS[fault]);
      return;
    }
    void inTurn(turns, request, async () => {
      const isRefused = isConditional(request) && !isMet(request, await etagOf(pathOf(request)));
      if (isRefused) refuse(request, response, 412, 'PreconditionFailed');
      else await pass(target, request, response, fault);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const self: Between = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    fault: undefined,
    counts,
    close: () => closed(server),
  };
  return self;
}

/** S3's word for it, and that of the services which speak JSON. */
const REFUSALS: Readonly<Record<'throttled' | 'broken', readonly [number, string, string]>> = {
  throttled: [503, 'SlowDown', 'ThrottlingException'],
  broken: [500, 'InternalError', 'InternalServerError'],
};

function refuse(
  request: IncomingMessage,
  response: ServerResponse,
  status: number,
  code: string,
  type: string = code,
): void {
  request.resume();
  const isJson = request.headers['x-amz-target'] !== undefined;
  if (isJson) response.writeHead(status === 500 ? 500 : 400).end(JSON.stringify({ __type: type }));
  else response.writeHead(status, { 'content-type': 'application/xml' }).end(`<Error><Code>${code}</Code></Error>`);
}

function isConditional({ headers }: IncomingMessage): boolean {
  return headers['if-none-match'] !== undefined || headers['if-match'] !== undefined;
}

function isMet({ headers }: IncomingMessage, etag: string | undefined): boolean {
  return headers['if-match'] === undefined ? etag === undefined : etag === headers['if-match'];
}

function pathOf({ url = '' }: IncomingMessage): string {
  return url.split('?')[0] ?? '';
}

/** Only what creates under a condition waits. */
async function inTurn(
  turns: Map<string, Promise<void>>,
  request: IncomingMessage,
  act: () => Promise<void>,
): Promise<void> {
  if (!isConditional(request)) return act();
  const name = pathOf(request);
  const mine = (turns.get(name) ?? Promise.resolve()).then(act);
  turns.set(name, mine);
  await mine;
  if (turns.get(name) === mine) turns.delete(name);
}

function pass(target: string, request: IncomingMessage, response: ServerResponse, fault: Fault): Promise<void> {
  return new Promise((resolve) => {
    const { hostname, port } = new URL(target);
    const { method = '', url: path = '' } = request;
    const isMatched = request.headers['if-match'] !== undefined;
    const headers = isMatched ? unconditional(method, path, request.headers) : request.headers;
    const onward = httpRequest({ hostname, port, method, path, headers }, (answer) => {
      if (fault === 'answer-lost') {
        answer.resume().once('end', () => {
          response.destroy();
          resolve();
        });
        return;
      }
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      if (fault === 'cut') {
        answer.once('data', (piece: Buffer) => {
          response.write(piece.subarray(0, 1000), () => response.destroy());
          answer.destroy();
          resolve();
        });
        answer.once('end', () => {
          response.destroy(); // there was nothing to cut
          resolve();
        });
        return;
      }
      answer.pipe(response).once('close', resolve);
    });
    onward.once('error', () => {
      response.destroy();
      resolve();
    });
    request.pipe(onward);
  });
}

function closed(server: Server): Promise<void> {
  server.closeAllConnections();
  return new Promise((resolve) => {
    server.close(() => {
      resolve();
    });
  });
}
