// A desk on ports in memory with a double of NCMEC beside it: quick to make, and to kill: what was killed changes nothing any more, and
// another desk on the same ports goes on.
import { randomUUID } from 'node:crypto';
import { assemble, SETTINGS, type Settings } from '../../../lib/core.ts';
import { parseEntry, type Act } from '../../../lib/custody.ts';
import { foundDesk, type FirstActor } from '../../../lib/house.ts';
import {
  DeskError,
  openDesk,
  type Alarm,
  type Caller,
  type Desk,
  type FilingStatus,
  type Ports,
} from '../../../lib/index.ts';
import { memoryKeys, memoryLedger, memoryVault } from '../../conformance/memory.ts';
import { noise, referralBody, stream, type NoiseFile } from '../../material.ts';
import { ncmecDouble, type NcmecDouble } from './ncmec-double.ts';

export class Killed extends Error {}

export interface FilingDesk {
  readonly ncmec: NcmecDouble;
  readonly ports: Ports;
  readonly alarms: Alarm[];
  /** The desk that is alive. */
  readonly desk: () => Desk;
  readonly as: (actor: FirstActor) => Promise<Caller>;
  /** From now on the desk that is alive gets nothing done and has nothing done. */
  readonly kill: () => Killed;
  /** Another desk on the same ports, as after a restart. */
  readonly revive: () => void;
  readonly pass: (ms: number) => void;
  /** A finished referral with these files, of which something is known each unless `more` says otherwise. */
  readonly refer: (files: readonly NoiseFile[], more?: object) => Promise<string>;
  readonly order: (referralId: string, filingId?: string) => ReturnType<Desk['orderFiling']>;
  readonly filing: (referralId: string) => Promise<FilingStatus>;
  /** Steps until there are none at this moment. */
  readonly deliver: () => Promise<void>;
  /** The same, waiting through every rest, until nothing is under way. */
  readonly settle: (referralId: string) => Promise<FilingStatus>;
}

const START = Date.parse('2026-11-22T10:00:00.000Z');
export const HOUR_MS = 3_600_000;

/** @param change changes the ports, for what fails now and then */
export async function filingDesk(
  options: { settings?: Settings; schema?: '2025' | '2026'; change?: (ports: Ports) => Ports } = {},
): Promise<FilingDesk> {
  const { settings = SETTINGS, schema = '2026', change = (same: Ports) => same } = options;
  let ms = START;
  const now = (): Date => new Date(ms);
  const ncmec = ncmecDouble(now, { schema });
  const alarms: Alarm[] = [];
  const id = randomUUID();
  const ports = change({
    vault: memoryVault(),
    keys: memoryKeys(id, now()),
    ledger: memoryLedger(),
    now,
    newId: randomUUID,
    pause: () => Promise.resolve(),
    alarm: (alarm) => Promise.resolve(void alarms.push(alarm)),
    font: () => Promise.reject(new DeskError('internal', 'Nothing is drawn here.')),
    scratch: { keep: () => Promise.reject(new DeskError('internal', 'Nothing waits here.')) },
    recipients: [ncmec.recipient],
  });
  const { keys } = await foundDesk(assemble(id, ports, settings));
  let killer = killable(ports);
  let desk = openDesk(id, killer.ports, settings);
  const as = (actor: FirstActor): Promise<Caller> => desk.authenticate(keys[actor]);
  const filing = async (referralId: string): Promise<FilingStatus> => {
    const [found] = (await desk.filings(await as('supervisor'), referralId)).items;
    if (found === undefined) throw new Error('there is no filing');
    return found;
  };
  const deliver = async (): Promise<void> => {
    while ((await desk.deliverFilings()) > 0);
  };
  return {
    ncmec,
    ports,
    alarms,
    desk: () => desk,
    as,
    filing,
    deliver,
    kill: () => killer.kill(),
    revive: () => {
      killer = killable(ports);
      desk = openDesk(id, killer.ports, settings);
    },
    pass: (more) => void (ms += more),
    refer: async (files, more = { attachments: files.map(described) }) => {
      const reporter = await as('reporter');
      const { referralId, attachments } = await desk.open(reporter, referralBody(files, more), randomUUID());
      for (const [n, { sha256, bytes, path }] of files.entries()) {
        const declared = { sha256, sizeBytes: bytes.length };
        await desk.attach(reporter, referralId, attachments[n]?.id ?? '', declared, { name: path }, stream(bytes));
      }
      await desk.finish(reporter, referralId);
      return referralId;
    },
    order: async (referralId, filingId) =>
      desk.orderFiling(await as('supervisor'), referralId, { to: 'ncmec' }, filingId),
    settle: async (referralId) => {
      for (let n = 0; n < 3000; n++) {
        await deliver();
        const status = await filing(referralId);
        if (status.state !== 'ordered') return status;
        ms += n < 100 ? 60_000 : 600_000;
      }
      throw new Error('it never ended');
    },
  };
}

/** The same ports until they are killed; from then on everything that would write throws. */
function killable(ports: Ports): { ports: Ports; kill: () => Killed } {
  let isDead = false;
  const alive = <A extends readonly unknown[], T>(work: (...args: A) => Promise<T>) => {
    return (...args: A): Promise<T> => (isDead ? Promise.reject(new Killed()) : work(...args));
  };
  return {
    ports: {
      ...ports,
      ledger: { ...ports.ledger, commit: alive((commits) => ports.ledger.commit(commits)) },
      vault: { ...ports.vault, put: alive((...args) => ports.vault.put(...args)) },
      alarm: alive((alarm) => ports.alarm(alarm)),
      recipients: (ports.recipients ?? []).map((each) => ({ ...each, send: alive((call) => each.send(call)) })),
    },
    kill: () => {
      isDead = true;
      return new Killed();
    },
  };
}

/** A file of which something is known. */
export function described(file: NoiseFile): { path: string; sha256: string; sizeBytes: number; fileDetails: object } {
  const { path, sha256, bytes } = file;
  return { path, sha256, sizeBytes: bytes.length, fileDetails: { publiclyAvailable: false, fileViewedByEsp: true } };
}

export function twoFiles(): NoiseFile[] {
  return [noise('photos/first.jpg', 3000), noise('second "one".png', 0)];
}

/** How many entries of an act a chain has. */
export async function countOf({ ports }: Pick<FilingDesk, 'ports'>, chain: string, act: Act): Promise<number> {
  const entries = await ports.ledger.entries(chain, 0, 10_000);
  return entries.filter(({ text }) => parseEntry(text).act === act).length;
}
