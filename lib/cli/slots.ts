// Where `submit` keeps what it needs to go on with a large file after it was killed: a file for each, for its owner alone, in the user's own state
// folder; gone with the last part, and with the slot's time at the latest. The keys in it are wrapped (lib/client/slot.ts).
import { mkdir, open, readdir, readFile, rename, rm } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import type { SlotKeeper } from '../client/index.ts';

/** As the XDG base directory specification has it. */
export function stateFolder(): string {
  const state = process.env['XDG_STATE_HOME'];
  return join(
    state === undefined || state === '' ? join(homedir(), '.local', 'state') : state,
    'referral-desk',
    'slots',
  );
}

/** @param secret the key that is shown; it is not kept */
export function folderKeeper(secret: string, folder: string = stateFolder(), now: Date = new Date()): SlotKeeper {
  const swept = sweep(folder, now);
  const placeOf = (name: string): string => join(folder, `${name}.json`);
  return {
    secret,
    read: async (name) => {
      await swept;
      return readFile(placeOf(name), 'utf8').catch(() => undefined);
    },
    write: async (name, text) => {
      await mkdir(folder, { recursive: true, mode: 0o700 });
      const handle = await open(`${placeOf(name)}.new`, 'w', 0o600);
      try {
        await handle.writeFile(text);
        await handle.sync();
      } finally {
        await handle.close();
      }
      await rename(`${placeOf(name)}.new`, placeOf(name));
    },
    remove: (name) => rm(placeOf(name), { force: true }),
  };
}

/** Takes away what is over. What cannot be read is not ours. */
async function sweep(folder: string, now: Date): Promise<void> {
  const names = await readdir(folder).catch(() => []);
  for (const name of names.filter((each) => /^[0-9a-f]{64}\.json$/.test(each))) {
    const place = join(folder, name);
    const text = await readFile(place, 'utf8').catch(() => '');
    if (isOver(text, now)) await rm(place, { force: true });
  }
}

function isOver(text: string, now: Date): boolean {
  try {
    const { expiresAt } = JSON.parse(text) as { expiresAt?: unknown };
    return typeof expiresAt === 'string' && Date.parse(expiresAt) <= now.getTime();
  } catch {
    return false;
  }
}
