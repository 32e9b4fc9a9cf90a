// Where `log verify` reads a log from: a folder, or whatever web server or bucket has the files. What is public needs no key.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DeskError } from '../errors.ts';
import type { LogSource } from '../proofs/index.ts';
import { systemCode } from '../local/durable.ts';
import { UsageError } from './failure.ts';
import { fromHere } from './command-line.ts';
import { demandFolder, unreadable } from './paths.ts';

/** @param place a folder, or a URL that begins with http:// or https:// @throws UsageError */
export async function logSource(place: string): Promise<LogSource> {
  if (!/^[a-z]+:\/\//i.test(place)) {
    await demandFolder(place);
    return folderSource(fromHere(place));
  }
  const url = URL.parse(place);
  if (url === null || !/^https?:$/.test(url.protocol)) {
    throw new UsageError('Give a folder, or the URL of a log, such as https://desk.example.org/v1/log.');
  }
  return webSource(`${url.origin}${url.pathname.replace(/\/+$/, '')}`);
}

function folderSource(folder: string): LogSource {
  return {
    read: async (path) => {
      try {
        return await readFile(join(folder, path));
      } catch (error) {
        if (['ENOENT', 'ENOTDIR', 'EISDIR'].includes(systemCode(error) ?? '')) return undefined;
        throw unreadable(path, error);
      }
    },
  };
}

/** What a bucket answers for what it does not have: 403 where its list is nobody's business. */
const ABSENT = new Set([403, 404, 410]);
const MOST_BYTES = 16 * 1024 * 1024;
const MOST_SECONDS = 60;

function webSource(prefix: string): LogSource {
  return {
    read: async (path) => {
      const signal = AbortSignal.timeout(MOST_SECONDS * 1000);
      const response = await fetch(`${prefix}/${path}`, { signal, redirect: 'error' }).catch(unreached);
      if (!response.ok || response.body === null) {
        await response.body?.cancel();
        if (ABSENT.has(response.status)) return undefined;
        throw new DeskError('desk/unreachable', `The log cannot be read: HTTP status ${response.status}.`);
      }
      return whole(response.body).catch(unreached);
    },
  };
}

async function whole(body: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const pieces: Uint8Array[] = [];
  let size = 0;
  for await (const piece of body) {
    size += piece.length;
    if (size > MOST_BYTES) throw new DeskError('desk/other-bytes', 'A file of the log is larger than any can be.');
    pieces.push(piece);
  }
  return Buffer.concat(pieces);
}

function unreached(cause: unknown): never {
  if (cause instanceof DeskError) throw cause;
  throw new DeskError('desk/unreachable', 'The log cannot be reached, or the connection was cut.', { cause });
}
