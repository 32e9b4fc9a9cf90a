// Answers of any size on a connection that may end at any time: what makes an answer is always told when nobody reads on.
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { connect, type AddressInfo, type Socket } from 'node:net';
import { serveExchange } from '../../../lib/local/exchange.ts';

const PIECE = 1024 * 1024;
const QUESTION = 'GET / HTTP/1.1\r\nHost: a\r\n\r\n';

let server: Server;
/** Of every body: how many pieces it has made, and whether it was let go of. */
let bodies: { made: number; isClosed: boolean }[];
let pieceMade: (line: Socket, made: number) => void;

beforeEach(async () => {
  bodies = [];
  pieceMade = () => undefined;
  server = createServer((incoming, outgoing) => {
    const body = { made: 0, isClosed: false };
    bodies.push(body);
    async function* pieces(): AsyncGenerator<Uint8Array> {
      try {
        for (; body.made < 64; body.made++) {
          await Promise.resolve();
          pieceMade(incoming.socket, body.made);
          yield Buffer.alloc(PIECE);
        }
      } finally {
        body.isClosed = true;
      }
    }
    void serveExchange(() => Promise.resolve(new Response(ReadableStream.from(pieces()))), incoming, outgoing);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
});
afterEach(async () => {
  server.close();
  server.closeAllConnections();
  await once(server, 'close');
});

function ask(questions: string): Socket {
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
  socket.on('error', () => undefined);
  socket.pause();
  socket.write(questions);
  return socket;
}

/** Turns of the event loop until it is so; the test's own time limit ends it. */
async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await new Promise(setImmediate);
}

const isUnderWay = ({ made }: { made: number }): boolean => made > 0;
const isClosed = (body: { isClosed: boolean }): boolean => body.isClosed;

describe('an answer that nobody reads to its end', () => {
  it('makes no more than is asked for, and is let go of when the asker leaves', async () => {
    const socket = ask(QUESTION);
    await until(() => bodies.some(isUnderWay));
    socket.destroy();
    await until(() => bodies.every(isClosed));
    expect(bodies).toHaveLength(1);
    expect(bodies[0]?.made).toBeLessThan(64);
  });

  it('is let go of while it waits for the answer before it', async () => {
    const socket = ask(QUESTION + QUESTION);
    await until(() => bodies.length === 2 && bodies.every(isUnderWay));
    socket.destroy();
    await until(() => bodies.every(isClosed));
    expect(bodies[1]?.made).toBeLessThan(4);
  });

  it.each([0, 1, 2])('is let go of when its connection ends while piece %d is made', async (piece) => {
    pieceMade = (line, made) => {
      if (made === piece) line.destroy();
    };
    ask(QUESTION).resume();
    await until(() => bodies.length === 1 && bodies.every(isClosed));
    expect(bodies[0]?.made).toBeLessThan(piece + 3);
  });
});

describe('an answer', () => {
  it('comes whole, answers behind it too', async () => {
    const socket = ask(QUESTION + QUESTION);
    let size = 0;
    socket.on('data', (chunk: Buffer) => (size += chunk.length)).resume();
    await until(() => size > 2 * 64 * PIECE);
    expect(bodies).toEqual([
      { made: 64, isClosed: true },
      { made: 64, isClosed: true },
    ]);
    socket.destroy();
  });
});
