// The public log, read by an implementation that is not ours: Go's golang.org/x/mod/sumdb, in test/peers/tlog.
import { execFile, execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { exportLog } from '../../lib/cli/log-folder.ts';
import { verifierKey } from '../../lib/formats/checkpoint.ts';
import { deskClient } from '../../lib/client/index.ts';
import { createApi } from '../../lib/http/index.ts';
import { makeLogs, type MadeLogs } from '../lib/long-log.ts';

/** Where Debian's golang-golang-x-mod-dev puts it; nothing is fetched. */
const GOPATH = '/usr/share/gocode';

function hasGo(): boolean {
  try {
    execFileSync('go', ['version'], { stdio: 'ignore' });
    return existsSync(join(GOPATH, 'src/golang.org/x/mod/sumdb/tlog'));
  } catch {
    return false;
  }
}

const suite = hasGo() ? describe : describe.skip; // Go and golang-golang-x-mod-dev are not installed
const why = hasGo() ? '' : ' (skipped: no Go with golang.org/x/mod here; Debian: golang-go, golang-golang-x-mod-dev)';

suite(`the public log, read by Go's own code${why}`, () => {
  let logs: MadeLogs;
  let folder: string;
  let program: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'referral-desk-go-'));
    program = join(folder, 'check');
    const env = { ...process.env, GO111MODULE: 'off', GOPATH, GOFLAGS: '', GOCACHE: join(folder, 'cache') };
    await promisify(execFile)('go', ['build', '-o', program, join(import.meta.dirname, 'tlog/main.go')], { env });
    logs = await makeLogs(600);
    const { fetch } = createApi(logs.test.desk);
    await exportLog(deskClient({ fetch }), join(folder, 'log'), { update: () => undefined, end: () => undefined });
    await writeFile(join(folder, 'early.txt'), logs.early);
  }, 240_000);
  afterAll(async () => {
    await logs.test.end();
    await rm(folder, { recursive: true, force: true });
  });

  /** What the program says of a log and an older checkpoint. */
  async function check(log: number, older: string): Promise<{ ok: boolean; said: string }> {
    const origin = (await readFile(join(folder, `log/${log}/checkpoint`), 'utf8')).split('\n')[0] ?? '';
    const key = logs.test.trust.keys.find(({ purpose }) => purpose === 'log')?.publicKey ?? '';
    const vkey = verifierKey(origin, Buffer.from(key, 'base64'));
    return promisify(execFile)(program, [join(folder, `log/${log}`), vkey, older]).then(
      ({ stdout }) => ({ ok: true, said: stdout }),
      (error: unknown) => ({ ok: false, said: String((error as { stderr?: string }).stderr) }),
    );
  }

  it('opens checkpoints by their verifier key, finds every entry included, and the growth consistent', async () => {
    const { ok, said } = await check(1, join(folder, 'early.txt'));
    expect(said).toMatch(/^signatures hold\n\d{3} entries are included\n\d{3} grew out of \d{3}\n$/);
    expect(ok).toBe(true);
    expect(await check(2, join(folder, 'log/2/checkpoint'))).toMatchObject({ ok: true });
  });

  it('refuses a checkpoint whose size was edited, a tile with one bit changed, and an entry that was', async () => {
    const edit = async (file: string, change: (bytes: Buffer) => Buffer): Promise<{ ok: boolean; said: string }> => {
      const bytes = await readFile(join(folder, file));
      await writeFile(join(folder, file), change(Buffer.from(bytes)));
      const checked = await check(1, join(folder, 'early.txt'));
      await writeFile(join(folder, file), bytes);
      return checked;
    };
    const flipped = (bytes: Buffer): Buffer => {
      bytes[40] = (bytes[40] ?? 0) ^ 1;
      return bytes;
    };
    const edited = (bytes: Buffer): Buffer => Buffer.from(bytes.toString('utf8').replace(/\n(\d+)\d\n/, '\n$1\n'));
    expect(await edit('log/1/checkpoint', edited)).toMatchObject({
      ok: false,
      said: expect.stringMatching(/signature/) as unknown,
    });
    expect((await edit('log/1/tile/0/001', flipped)).ok).toBe(false);
    expect((await edit('log/1/tile/entries/001', flipped)).ok).toBe(false);
  });
});
