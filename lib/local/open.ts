// The desk on one machine: a data folder, a key file, SQLite. One process owns a folder at a time; a dead owner's place is taken.
import { randomInt, randomUUID } from 'node:crypto';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { v7 } from 'uuid';
import { assemble, SETTINGS, type Settings } from '../core.ts';
import { openDesk, type Desk } from '../desk.ts';
import { DeskError } from '../errors.ts';
import { foundDesk, type Founded } from '../house.ts';
import type { Alarm, PacketEncryptor, Ports, Recipient, TimeStamper } from '../ports.ts';
import { makeTrust, type Trust } from '../trust.ts';
import { fewRandomBytes } from '../formats/chance.ts';
import { localBeside } from './beside.ts';
import type { Probe } from './durable.ts';
import { localFont } from './fonts.ts';
import { completeFolder, ownFolder, prepareFolder, readFolder, type Folder } from './folder.ts';
import { localKeys } from './keys.ts';
import { localLedger } from './ledger.ts';
import { openPgp } from './openpgp.ts';
import { localScratch } from './scratch.ts';
import { localVault, sweepTemp } from './vault.ts';

/** A desk in a folder. */
export interface LocalOptions {
  /** The data folder. */
  readonly dir: string;
  /** Of the key file, where it has one (scrypt, RFC 7914). */
  readonly passphrase?: string | undefined;
  /** Periods in days and limits in bytes; SETTINGS without them. */
  readonly settings?: Settings;
  /** The machine's clock without one. */
  readonly now?: () => Date;
  /** Whom to tell; without one an alarm is an error (it is never silent). */
  readonly alarm?: (alarm: Alarm) => Promise<void>;
  /** Whom referrals can be filed with; nobody without it. */
  readonly recipients?: readonly Recipient[];
  /** Who stamps the log's checkpoints with the time (RFC 3161); nobody without it. */
  readonly stamps?: readonly TimeStamper[];
  /** Plug-ins that encrypt packets; without it OpenPGP, where the package openpgp is installed beside this one. */
  readonly encryptors?: readonly PacketEncryptor[];
  /** Called at each durable step; for tests. */
  readonly probe?: Probe;
}

/** A desk, open. */
export interface LocalDesk {
  readonly desk: Desk;
  /** What lies where, as whole paths. */
  readonly folder: Folder;
  readonly ports: Ports;
  /** Gives the folder up. Again is fine. */
  close(): Promise<void>;
}

/**
 * Makes a desk in an empty or absent folder. It is there once all of it is: one cut short is no desk.
 * @param keys where the keys folder goes, say on another disk; inside `dir` without one
 * @returns the first actors' keys, shown this once, and trust.json
 * @throws DeskError desk/exists, desk/readable-by-others, desk/not-allowed, desk/damaged, desk/owned, keys/wrong-passphrase (an empty
 *   one), keys/failed
 */
export async function initLocalDesk(
  options: LocalOptions & { readonly keys?: string | undefined },
): Promise<Founded & { readonly desk: string; readonly trust: Trust; readonly folder: Folder }> {
  const { dir, keys, passphrase, now = () => new Date() } = options;
  const folder = await prepareFolder({ dir, desk: randomUUID(), now: now(), keys, passphrase });
  const { ports, close } = await openPorts(folder, options);
  try {
    const founded = await foundDesk(assemble(folder.desk, ports, options.settings ?? SETTINGS));
    await openDesk(folder.desk, ports, options.settings).integrate();
    const trust = makeTrust(folder.desk, await ports.keys.publicKeys());
    await completeFolder(folder);
    return { ...founded, desk: folder.desk, trust, folder };
  } finally {
    close();
  }
}

/**
 * Opens a desk as its owner.
 * @throws DeskError desk/absent, desk/newer, desk/readable-by-others, desk/not-allowed, desk/damaged, desk/owned (another process has
 *   it), keys/wrong-passphrase, keys/failed, vault/failed
 */
export async function openLocalDesk(options: LocalOptions): Promise<LocalDesk> {
  return openFolder(await readFolder(options.dir), options);
}

/** Opens what lies in a folder, whether or not its desk.json is written yet. Throws as `openLocalDesk` does. */
export async function openFolder(folder: Folder, options: Omit<LocalOptions, 'dir'>): Promise<LocalDesk> {
  const { ports, close } = await openPorts(folder, options);
  return {
    desk: openDesk(folder.desk, ports, options.settings),
    folder,
    ports,
    close: () => {
      close();
      return Promise.resolve();
    },
  };
}

async function openPorts(
  folder: Folder,
  options: Omit<LocalOptions, 'dir'>,
): Promise<{ ports: Ports; close: () => void }> {
  const { passphrase, probe, now = () => new Date(), alarm = unheard, recipients = [], stamps = [] } = options;
  const { encryptors = [openPgp()] } = options;
  const ownership = ownFolder(folder.dir);
  if (ownership === undefined) {
    throw new DeskError('desk/owned', 'Another process has this desk open: let it finish, or stop it.');
  }
  const closers = [
    () => {
      ownership.release();
    },
  ];
  const close = (): void => {
    for (const each of closers.splice(0).reverse()) each();
  };
  try {
    const probing = probe === undefined ? {} : { probe };
    const keys = await localKeys({ ...folder, passphrase, ...probing });
    closers.push(() => {
      keys.close();
    });
    const ledger = localLedger({ file: folder.ledgerFile, ...probing });
    closers.push(() => {
      ledger.close();
    });
    await sweepTemp(folder.vaultFolder);
    const vault = localVault({ folder: folder.vaultFolder, ...probing });
    const scratch = localScratch(join(folder.vaultFolder, 'tmp'));
    const beside = localBeside();
    closers.push(beside.close);
    const { digestsBeside } = beside;
    const cores = availableParallelism();
    const rest = { now, newId, pause, alarm, font: localFont, cores, scratch, recipients, stamps, encryptors };
    return { ports: { vault, keys, ledger, digestsBeside, ...rest }, close };
  } catch (error) {
    close();
    throw error;
  }
}

function pause(ms: number): Promise<void> {
  return wait(randomInt(ms, 2 * ms + 1));
}

function unheard(alarm: Alarm): Promise<void> {
  return Promise.reject(
    new DeskError('alarm/failed', `Nobody is named to hear alarms (${alarm.code}): name a webhook or a command.`),
  );
}

/** Begins with the time (RFC 9562, version 7): what is made together lies together in the book's tables, and fewer pages are written. */
function newId(): string {
  return v7({ random: fewRandomBytes(16) });
}
