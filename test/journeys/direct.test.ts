// A large file sent by the command line to a desk that serves: sealed in the sender's process, which is killed half-way and run again. What is there
// is not sent again, memory stays small on both sides, and nothing is left behind.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  mkdtempSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { noise, referralBody } from '../material.ts';
import { lastJson, runDesk, type Run } from './processes.ts';

const MIB = 1024 * 1024;
const SIZE = 300 * MIB;

let root: string;
let serving: Run;
let url: string;
let key: string;

beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), 'referral-desk-direct-'));
  const { keys } = lastJson((await runDesk(root, ['init']).ended).out) as { keys: Record<string, string> };
  key = keys['reporter'] ?? '';
  serving = runDesk(root, ['serve', '--port', '0', '--alarm-command', 'true']);
  ({ url } = JSON.parse(await serving.firstLine) as { url: string });
  const large = noise('large.bin', SIZE);
  mkdirSync(join(root, 'files'));
  writeFileSync(join(root, 'files/large.bin'), large.bytes);
  writeFileSync(join(root, 'referral.json'), referralBody([large]));
});
afterAll(async () => {
  serving.child.kill('SIGTERM');
  await serving.ended;
  rmSync(root, { recursive: true, force: true });
});

const slots = (): string[] => {
  const folder = join(root, 'state/referral-desk/slots');
  return existsSync(folder) ? readdirSync(folder) : [];
};

/** The slots that are under way at the desk, each with the names of its marks, one for each part. */
function underWay(): Map<string, string[]> {
  const folder = join(root, 'desk-data/vault/parts');
  const names = existsSync(folder) ? readdirSync(folder) : [];
  return new Map(names.map((name) => [name, readdirSync(join(folder, name)).filter((each) => each !== 'bytes')]));
}

function submit(): Run {
  const words = ['submit', 'referral.json', 'files', '--desk', url, '--key', key, '--receipt', 'receipt.json'];
  return runDesk(root, words, { XDG_STATE_HOME: join(root, 'state') });
}

describe('submit to a desk elsewhere', () => {
  it('sends a large file in parts, goes on after a kill with what is missing, and leaves no key behind', async () => {
    const first = submit();
    while ([...underWay().values()].every((marks) => marks.length < 6)) await new Promise(setImmediate);
    first.child.kill('SIGKILL');
    await first.ended;
    const [[slot, before] = ['', []]] = underWay();
    expect(before.length).toBeGreaterThanOrEqual(6);
    expect(slots()).toHaveLength(1);
    const [kept = ''] = slots();
    const place = join(root, 'state/referral-desk/slots', kept);
    expect(statSync(place).mode & 0o077).toBe(0);
    expect(readFileSync(place, 'utf8')).not.toContain('large.bin');
    const marked = new Map(before.map((mark) => [mark, statSync(join(root, 'desk-data/vault/parts', slot, mark)).ino]));

    const second = submit();
    const seen = new Map<string, number>();
    const look = setInterval(() => {
      for (const mark of underWay().get(slot) ?? []) {
        const found = statSync(join(root, 'desk-data/vault/parts', slot, mark), { throwIfNoEntry: false });
        if (found !== undefined) seen.set(mark, found.ino);
      }
    }, 20);
    const { code, out, err } = await second.ended;
    clearInterval(look);
    expect([code, err]).toEqual([0, err]);
    expect(lastJson(out)).toMatchObject({ state: 'finished', attachments: [{ state: 'sent' }], missing: [] });
    for (const [mark, ino] of marked) expect(seen.get(mark)).toBe(ino); // the same slot, and its parts as they were
    expect(underWay().size).toBe(0);
    expect(slots()).toEqual([]);
    expect(second.peakMiB()).toBeLessThan(280);
    expect(serving.peakMiB()).toBeLessThan(280);
    process.stderr.write(
      `sender ${Math.round(second.peakMiB())} MiB, desk ${Math.round(serving.peakMiB())} MiB at most\n`,
    );
    expect(lastJson((await runDesk(root, ['watch']).ended).out)).toMatchObject({ ok: true });
  }, 120_000);
});
