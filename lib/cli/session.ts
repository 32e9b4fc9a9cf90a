// Which desk a command works on, and as whom: the data folder on this machine, through its owner where somebody owns it, or a desk
// elsewhere with a key. Whatever was opened is closed again.
import { deskClient, type DeskClient } from '../client/index.ts';
import type { Role } from '../access.ts';
import { DeskError } from '../errors.ts';
import type { LocalDesk } from '../local/open.ts';
import { reachLocalDesk } from '../local/reach.ts';
import { alarmOf, type AlarmOptions } from './alarm.ts';
import { UsageError } from './failure.ts';
import { recipientsOf, type NcmecOptions } from './ncmec.ts';
import { remark, type Common } from './frame.ts';
import { fromHere } from './command-line.ts';
import { localRoutes } from './local-routes.ts';
import { readPassphrase } from './passphrase.ts';

export interface Session {
  readonly client: DeskClient;
  /** The desk itself, while no other process owns the folder. */
  readonly local: LocalDesk | undefined;
}

/** The data folder, whole. */
export function dataFolder({ data }: Common): string {
  return fromHere(data ?? process.env['REFERRAL_DESK_DATA'] ?? 'desk-data');
}

/** The key to show, if any. @throws UsageError when it can be none; it is not said back */
export function keyOf({ key }: Common): string | undefined {
  const text = (key ?? process.env['REFERRAL_DESK_KEY'])?.trim();
  if (text === undefined || /^[A-Za-z0-9._~+/-]+=*$/.test(text)) return text;
  throw new UsageError(
    'The key of --key or REFERRAL_DESK_KEY is none: give it whole, on one line, as it was given out.',
  );
}

/** @param houseRole who acts at the machine when no key is shown; `anyone` for what is public and needs no key anywhere */
export async function withDesk<T>(
  options: AlarmOptions & NcmecOptions,
  houseRole: Role | 'anyone',
  work: (session: Session) => Promise<T>,
): Promise<T> {
  const key = keyOf(options);
  if (options.desk !== undefined) {
    if (key === undefined && houseRole !== 'anyone') throw keyless();
    return work({ client: deskClient({ url: deskUrl(options.desk), key }), local: undefined });
  }
  const reach = await reachLocalDesk({
    dir: dataFolder(options),
    passphrase: await readPassphrase(options),
    alarm: alarmOf(options),
    recipients: await recipientsOf(options),
    extraRoutes: localRoutes,
    onFault: tellFault,
  });
  try {
    const house = houseRole === 'anyone' ? undefined : houseRole;
    return await work({
      client: deskClient({ fetch: reach.fetch, usesUp: true, key, houseRole: house }),
      local: reach.local,
    });
  } finally {
    await reach.close();
  }
}

/** A fault inside the desk, for whoever reads stderr: its code and where, nothing out of a referral. */
export function tellFault(error: unknown, where: string): void {
  remark(`FAULT ${error instanceof DeskError ? error.code : 'internal'} (${where})`);
  if (process.env['REFERRAL_DESK_DEBUG'] === '1') console.error(error);
}

/** For what can be done only where the desk is. @throws UsageError */
export function demandHere({ desk }: Common): void {
  if (desk !== undefined) throw new UsageError('This is done on the machine of the desk: give --data, not --desk.');
}

/** Destruction takes two persons; whoever sits at the machine without a key is none. @throws DeskError access/denied */
export function demandPersonsKey(options: Common): void {
  if (keyOf(options) !== undefined) return;
  throw new DeskError(
    'access/denied',
    'Destruction takes two persons, each with a key of her own: pass --key, also at the machine itself.',
  );
}

function keyless(): UsageError {
  return new UsageError('A desk elsewhere asks for a key: pass --key, or set REFERRAL_DESK_KEY.');
}

/** A key is sent only where nobody on the way can read it. */
function deskUrl(text: string): string {
  const url = URL.parse(text);
  if (url === null || !/^https?:$/.test(url.protocol))
    throw new UsageError('--desk takes the URL of a desk, such as https://desk.example.org.');
  const isLoopback = /^(?:localhost|127(?:\.\d+){3}|\[::1\])$/.test(url.hostname);
  if (url.protocol === 'http:' && !isLoopback) {
    throw new UsageError('Over http anyone on the way could read the key: put the desk behind https.');
  }
  return text;
}
