// `trust`: the public keys that speak for a desk, and their fingerprint in words that can be read out on the telephone.
import type { Command } from 'commander';
import { join } from 'node:path';
import type { Trust } from '../trust.ts';
import { acting, addCommand, type Common, type Outcome } from './frame.ts';
import { writeOutput } from './paths.ts';
import { withDesk } from './session.ts';
import { addAuthorityOption, authoritiesOf, type AuthorityOptions } from './time-stamper.ts';

interface TrustOptions extends Common, AuthorityOptions {
  readonly out?: string;
}

/** In the data folder: made by init, made anew when a key is replaced and after a restore. */
const TRUST_FILE = 'trust.json';

export function addTrust(program: Command): void {
  const command = addCommand(program, 'trust', {
    summary: "the desk's trust.json, which others check its word with, and its fingerprint in words",
    example: 'trust --out trust.json',
    more: ['Send it by another way than the evidence, and compare the twelve words on the telephone.'],
  }).option('--out <file>', 'write it there (else: to stdout)');
  addAuthorityOption(command).action(acting(trust));
}

async function trust(options: TrustOptions): Promise<Outcome> {
  const authorities = (await authoritiesOf(options)).map((der) => der.toString('base64'));
  const own = await withDesk(options, 'anyone', ({ client }) => client.trust());
  const tsa = [...new Set([...(own.tsa ?? []), ...authorities])];
  const found = tsa.length === 0 ? own : { ...own, tsa };
  const file = options.out === undefined ? undefined : await writeOutput(options.out, trustText(found));
  return {
    words:
      file === undefined
        ? [trustText(found).trimEnd()]
        : [`trust.json is ${file}. Send it by another way than the evidence.`],
    asides: [`Fingerprint of desk ${found.desk}:`, `  ${found.fingerprint}`],
    json: { ...found, ...(file === undefined ? {} : { file }) },
  };
}

/** Writes the trust file of a data folder. @returns its whole path */
export function keepTrust(dir: string, trust: Trust): Promise<string> {
  return writeOutput(join(dir, TRUST_FILE), trustText(trust));
}

function trustText(trust: Trust): string {
  return `${JSON.stringify(trust, undefined, 2)}\n`;
}
