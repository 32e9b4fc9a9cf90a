// An authority that stamps the log with the time (RFC 3161), asked over HTTP. What goes out is the SHA-256 of a checkpoint, which is public; what comes
// back is signed, so that plain http will do.
import { DeskError } from '../errors.ts';
import type { TimeStamper } from '../ports.ts';

const MOST_BYTES = 64 * 1024;

/**
 * Named by its host and port. Making it connects to nothing.
 * @param text its URL: http or https
 * @param authorities the certificates its stamps must lead to (X.509, DER); none holds the signer against nobody
 * @param mostSeconds how long it may take to answer
 * @throws DeskError input/malformed where the URL is none
 */
export function timeStamper(text: string, authorities: readonly Uint8Array[], mostSeconds = 30): TimeStamper {
  const url = URL.parse(text);
  if (url === null || !/^https?:$/.test(url.protocol)) {
    throw new DeskError('input/malformed', 'An authority that stamps the time is a URL of http or https.');
  }
  const name = `${url.hostname}${url.port === '' ? '' : `-${url.port}`}`.replaceAll(/[^a-z0-9.-]/g, '');
  const known = authorities.length === 0 ? {} : { authorities };
  return { name, ...known, stamp: (request) => ask(url, request, mostSeconds) };
}

async function ask(url: URL, request: Uint8Array, mostSeconds: number): Promise<Uint8Array> {
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'Content-Type': 'application/timestamp-query' },
      body: Buffer.from(request),
      redirect: 'error',
      signal: AbortSignal.timeout(mostSeconds * 1000),
    });
    if (response.ok && response.body !== null) return await whole(response.body);
    await response.body?.cancel();
    throw failed();
  } catch (cause) {
    throw cause instanceof DeskError ? cause : failed(cause);
  }
}

async function whole(body: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const pieces: Uint8Array[] = [];
  let size = 0;
  for await (const piece of body) {
    size += piece.length;
    if (size > MOST_BYTES) throw failed();
    pieces.push(piece);
  }
  return Buffer.concat(pieces);
}

function failed(cause?: unknown): DeskError {
  return new DeskError('stamp/failed', 'The authority that stamps the time gave no answer that is one.', { cause });
}
