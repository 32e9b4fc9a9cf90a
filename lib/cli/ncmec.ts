// With whom reports are filed, as the operator names it: URL, a file with the credentials, and the schema, as options or in the
// environment. Read once, before anything is opened; never shown again.
import { open } from 'node:fs/promises';
import { Option, type Command } from 'commander';
import { ncmecRecipient } from '../client/index.ts';
import { DeskError, isCode } from '../errors.ts';
import type { Recipient } from '../ports.ts';
import { UsageError } from './failure.ts';
import type { Common } from './frame.ts';
import { fromHere } from './command-line.ts';
import { unreadable } from './paths.ts';

export interface NcmecOptions extends Common {
  readonly ncmecUrl?: string;
  readonly ncmecCredentials?: string;
  readonly ncmecSchema?: string;
}

export function addNcmecOptions(command: Command): Command {
  return command
    .addOption(
      new Option(
        '--ncmec-url <url>',
        'where reports are filed: production, test, or a URL (or REFERRAL_DESK_NCMEC_URL)',
      ),
    )
    .addOption(
      new Option(
        '--ncmec-credentials <file>',
        'JSON {"user", "password"} that nobody else can read (or REFERRAL_DESK_NCMEC_CREDENTIALS)',
      ),
    )
    .addOption(
      new Option(
        '--ncmec-schema <year>',
        'which elements it knows, 2026 without it (or REFERRAL_DESK_NCMEC_SCHEMA)',
      ).choices(SCHEMAS),
    );
}

const SCHEMAS = ['2025', '2026'] as const;

/**
 * Whom the desk can file with; nobody where nothing is said.
 * @param signal ends the calls under way
 * @throws UsageError only one of URL and credentials, or something else than these are; DeskError desk/readable-by-others
 */
export async function recipientsOf(options: NcmecOptions, signal?: AbortSignal): Promise<Recipient[]> {
  const url = options.ncmecUrl ?? process.env['REFERRAL_DESK_NCMEC_URL'];
  const file = options.ncmecCredentials ?? process.env['REFERRAL_DESK_NCMEC_CREDENTIALS'];
  if (url === undefined && file === undefined) return [];
  if (url === undefined || file === undefined)
    throw new UsageError('To file with NCMEC give both: --ncmec-url and --ncmec-credentials.');
  const schema = schemaOf(options.ncmecSchema ?? process.env['REFERRAL_DESK_NCMEC_SCHEMA'] ?? '2026');
  try {
    const ends = signal === undefined ? {} : { signal };
    return [ncmecRecipient({ url, schema, ...ends, ...(await readCredentials(fromHere(file))) })];
  } catch (error) {
    if (isCode(error, 'input/malformed')) throw new UsageError(error.message);
    throw error;
  }
}

function schemaOf(text: string): (typeof SCHEMAS)[number] {
  const schema = SCHEMAS.find((each) => each === text);
  if (schema !== undefined) return schema;
  throw new UsageError('REFERRAL_DESK_NCMEC_SCHEMA is 2025 or 2026.');
}

const MOST_BYTES = 65_536;

/** The very file that is read must be its owner's alone. */
async function readCredentials(path: string): Promise<{ user: string; password: string }> {
  const handle = await open(path, 'r').catch((error: unknown) => {
    throw unreadable(path, error);
  });
  try {
    const { mode, size } = await handle.stat();
    if ((mode & 0o077) !== 0)
      throw new DeskError('desk/readable-by-others', 'Others can read the credentials. Make the file mode 600 first.');
    return credentialsIn(size > MOST_BYTES ? '' : await handle.readFile('utf8'));
  } finally {
    await handle.close();
  }
}

/** @throws UsageError; nothing of the file is said back */
function credentialsIn(text: string): { user: string; password: string } {
  const value = parsed(text);
  const isWhole = typeof value === 'object' && value !== null && 'user' in value && 'password' in value;
  if (isWhole && typeof value.user === 'string' && typeof value.password === 'string')
    return { user: value.user, password: value.password };
  throw new UsageError('The file of credentials holds JSON: {"user": "…", "password": "…"}.');
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
