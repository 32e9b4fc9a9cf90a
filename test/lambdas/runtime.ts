// Lambda's Runtime API on loopback, and one bundle in a process of its own: the time-out is kept, a process that overran it is stopped, and the next
// event meets a new one. What AWS does besides (freezing between calls, its own client) is not here.
import { spawn, type ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';

/** What became of one event. */
export interface Outcome {
  readonly kind: 'response' | 'error' | 'timeout' | 'init-error';
  /** JSON, parsed; undefined after a time-out. */
  readonly payload: unknown;
  /** From the event's arrival to its end, a cold start included. */
  readonly ms: number;
}

export interface RunningLambda {
  /** @param timeoutMs of the function; 3 s without it */
  invoke(event: unknown, timeoutMs?: number): Promise<Outcome>;
  /** Every line that was written, of all its processes. */
  readonly lines: string[];
  /** How many processes were started. */
  readonly starts: () => number;
  stop(): Promise<void>;
}

interface Waiting {
  readonly id: string;
  readonly payload: string;
  readonly deadline: number;
  readonly end: (kind: Outcome['kind'], body: string | undefined) => void;
}

/** @param folder of the bundle; @param env its variables, beside those that Lambda sets */
export async function runLambda(folder: string, env: Readonly<Record<string, string>>): Promise<RunningLambda> {
  const queue: Waiting[] = [];
  const running = new Map<string, Waiting>();
  const lines: string[] = [];
  let [asking, child, starts]: [ServerResponse | undefined, ChildProcess | undefined, number] = [
    undefined,
    undefined,
    0,
  ];

  const give = (): void => {
    const next = asking === undefined ? undefined : queue.shift();
    if (asking === undefined || next === undefined) return;
    running.set(next.id, next);
    asking.writeHead(200, headersOf(next)).end(next.payload);
    asking = undefined;
  };
  const server = createServer((request, response) => {
    void read(request).then((body) => {
      const [, id = '', kind = ''] = /invocation\/([^/]+)\/(response|error)$/.exec(request.url ?? '') ?? [];
      if (request.url?.endsWith('/invocation/next') === true) {
        asking = response;
        give();
        return;
      }
      response.writeHead(202).end();
      if (request.url?.endsWith('/init/error') === true) queue.shift()?.end('init-error', body);
      else running.get(id)?.end(kind as Outcome['kind'], body);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const api = `127.0.0.1:${(server.address() as AddressInfo).port}`;

  const begin = (): void => {
    starts++;
    child = spawn(process.execPath, [join(import.meta.dirname, 'runtime-client.ts')], {
      env: { ...LAMBDA, ...env, AWS_LAMBDA_RUNTIME_API: api, LAMBDA_TASK_ROOT: folder, _HANDLER: 'index.handler' },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    for (const stream of [child.stdout, child.stderr])
      stream?.setEncoding('utf8').on('data', (text: string) => lines.push(...text.split('\n').filter(Boolean)));
  };
  const end = (): Promise<void> => stopped(child);

  return {
    lines,
    starts: () => starts,
    invoke: (event, timeoutMs = 3000) =>
      new Promise((resolve) => {
        const began = performance.now();
        const id = randomUUID();
        const done = (kind: Outcome['kind'], body: string | undefined): void => {
          clearTimeout(timer);
          running.delete(id);
          resolve({ kind, payload: parsed(body), ms: performance.now() - began });
        };
        const timer = setTimeout(() => {
          asking = undefined;
          void end().then(() => {
            child = undefined;
            done('timeout', undefined);
          });
        }, timeoutMs);
        queue.push({ id, payload: JSON.stringify(event), deadline: Date.now() + timeoutMs, end: done });
        if (child === undefined || child.exitCode !== null) begin();
        give();
      }),
    stop: async () => {
      await end();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

const LAMBDA = {
  AWS_REGION: 'us-east-1',
  AWS_ACCESS_KEY_ID: 'test',
  AWS_SECRET_ACCESS_KEY: 'test',
  AWS_EC2_METADATA_DISABLED: 'true',
  AWS_LAMBDA_FUNCTION_NAME: 'tested',
};

function headersOf({ id, deadline }: Waiting): Record<string, string> {
  return {
    'Content-Type': 'application/json',
    'Lambda-Runtime-Aws-Request-Id': id,
    'Lambda-Runtime-Deadline-Ms': String(deadline),
    'Lambda-Runtime-Invoked-Function-Arn': 'arn:aws:lambda:us-east-1:000000000000:function:tested',
  };
}

function parsed(body: string | undefined): unknown {
  return body === undefined || body === '' ? undefined : JSON.parse(body);
}

async function read(request: IncomingMessage): Promise<string> {
  const pieces: Buffer[] = [];
  for await (const piece of request) pieces.push(piece as Buffer);
  return Buffer.concat(pieces).toString('utf8');
}

function stopped(child: ChildProcess | undefined): Promise<void> {
  return new Promise((resolve) => {
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) resolve();
    else
      child
        .once('exit', () => {
          resolve();
        })
        .kill('SIGKILL');
  });
}
