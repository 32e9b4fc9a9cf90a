// Authorities that stamp the log with the time (RFC 3161), asked over HTTP; and the certificates they are trusted by. What goes out is the SHA-256 of a
// checkpoint, which is public.
import { Option, type Command } from 'commander';
import { readAuthorities } from '../formats/time-stamp-check.ts';
import { DeskError } from '../errors.ts';
import type { TimeStamper } from '../ports.ts';
import { UsageError } from './failure.ts';
import { readInput } from './paths.ts';

export interface StamperOptions extends AuthorityOptions {
  readonly tsa?: readonly string[];
}

export interface AuthorityOptions {
  readonly tsaCa?: readonly string[];
}

export function addStamperOptions(command: Command): Command {
  return addAuthorityOption(
    command.addOption(
      new Option('--tsa <url>', 'have the log stamped with the time there (RFC 3161); may be given again')
        .argParser(gather)
        .env('REFERRAL_DESK_TSA'),
    ),
  );
}

export function addAuthorityOption(command: Command): Command {
  return command.addOption(
    new Option('--tsa-ca <pem>', 'the certificate that time stamps must lead to; may be given again')
      .argParser(gather)
      .env('REFERRAL_DESK_TSA_CA'),
  );
}

/** In the environment several stand between blanks. */
function gather(text: string, before: readonly string[] = []): readonly string[] {
  return [...before, ...text.split(/\s+/).filter((each) => each !== '')];
}

/** The certificates named by --tsa-ca, in DER. @throws UsageError, DeskError proof/malformed */
export async function authoritiesOf({ tsaCa = [] }: AuthorityOptions): Promise<Buffer[]> {
  const files = await Promise.all(tsaCa.map(readInput));
  return files.flatMap((pem) => readAuthorities(pem.toString('latin1')));
}

/** @param mostSeconds how long an authority may take to answer. @throws UsageError a URL that is none, or given twice */
export async function stampersOf(options: StamperOptions, mostSeconds = 30): Promise<TimeStamper[]> {
  const authorities = await authoritiesOf(options);
  const stampers = (options.tsa ?? []).map((url) => stamper(url, authorities, mostSeconds));
  if (new Set(stampers.map(({ name }) => name)).size < stampers.length) {
    throw new UsageError('Two of --tsa are at one host and port: give each authority once.');
  }
  return stampers;
}

function stamper(text: string, authorities: readonly Uint8Array[], mostSeconds: number): TimeStamper {
  const url = URL.parse(text);
  if (url === null || !/^https?:$/.test(url.protocol)) {
    throw new UsageError('--tsa takes the URL of a time stamping authority, such as http://tsa.example.org/tsr.');
  }
  const name = `${url.hostname}${url.port === '' ? '' : `-${url.port}`}`.replaceAll(/[^a-z0-9.-]/g, '');
  const known = authorities.length === 0 ? {} : { authorities };
  return { name, ...known, stamp: (request) => ask(url, request, mostSeconds) };
}

const MOST_BYTES = 64 * 1024;

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
