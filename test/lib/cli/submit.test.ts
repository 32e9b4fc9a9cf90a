import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { execFileSync } from 'node:child_process';
import { chmod, mkdir, rename, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { noise } from '../../material.ts';
import { run, runStopped, runUnread } from './command-line.ts';
import { cliDesk, twoFiles, type CliDesk } from './desk.ts';

let desk: CliDesk;
beforeAll(async () => {
  desk = await cliDesk();
});
afterAll(() => desk.end());

interface Submitted {
  readonly referralId: string;
  readonly receipt: string;
  readonly state: string;
  readonly attachments: readonly { readonly id: string }[];
  readonly missing: readonly unknown[];
}
const submittedOf = (json: unknown): Submitted => json as Submitted;

describe('submit', () => {
  it('sends a referral with a folder of files, finishes it, and keeps a receipt that verifies', async () => {
    await desk.write('whole', twoFiles());
    const { code, json, stderr } = await desk.desk('submit', 'whole.json', 'files-whole');
    const submitted = submittedOf(json);
    expect(submitted).toMatchObject({ state: 'finished', missing: [] });
    expect(submitted.attachments).toHaveLength(2);
    expect(submitted.receipt).toBe(desk.at(`${submitted.referralId}.receipt.json`));
    expect(stderr).not.toMatch(/one\.bin|Ada/);
    expect(code).toBe(0);
    expect((await stat(submitted.receipt)).mode & 0o077).toBe(0);
    const files = ['whole.json', 'files-whole', '--trust', 'desk-data/trust.json'];
    expect(await desk.desk('verify', submitted.receipt, ...files)).toMatchObject({ code: 0, json: { ok: true } });
  });

  it('names declared files that were not given, does not finish, and goes on when run again', async () => {
    await desk.write('half', twoFiles());
    await rename(desk.at('files-half/two.bin'), desk.at('two.bin.away'));
    const first = await desk.desk('submit', 'half.json', 'files-half');
    expect(first.code).toBe(1);
    expect(submittedOf(first.json)).toMatchObject({ state: 'open', missing: [{ declared: 1, path: 'two.bin' }] });
    await rename(desk.at('two.bin.away'), desk.at('files-half/two.bin'));
    const again = await desk.desk('submit', 'half.json', 'files-half', '--receipt', 'half.receipt.json');
    expect(again.code).toBe(0);
    const { referralId, state, receipt } = submittedOf(again.json);
    expect([referralId, state]).toEqual([submittedOf(first.json).referralId, 'finished']);
    expect(receipt).toBe(desk.at('half.receipt.json'));
  });

  it('answers the same when what is finished is submitted once more', async () => {
    const again = await desk.desk('submit', 'half.json', 'files-half');
    expect(again.code).toBe(0);
    expect(submittedOf(again.json)).toMatchObject({ state: 'finished', missing: [] });
  });

  it('leaves a referral open when told so, and finish closes it', async () => {
    await desk.write('open', [noise('a.bin', 100)]);
    const open = await desk.desk('submit', 'open.json', 'files-open', '--no-finish');
    expect([open.code, submittedOf(open.json).state]).toEqual([0, 'open']);
    const { referralId } = submittedOf(open.json);
    expect(await desk.desk('status', referralId)).toMatchObject({ code: 0, json: { state: 'open' } });
    expect(await desk.desk('finish', referralId)).toMatchObject({ code: 0, json: { state: 'finished' } });
    const twice = await desk.desk('finish', referralId);
    expect(twice).toMatchObject({ code: 1, json: { error: { code: 'state/already-finished' } } });
  });

  it('gives the receipt again of what was finished before, and says where it is', async () => {
    const { referralId } = submittedOf((await desk.desk('submit', 'open.json', 'files-open')).json);
    const again = await desk.desk('finish', referralId, '--receipt', 'again/receipt.json');
    expect(again).toMatchObject({ code: 1, json: { alreadyFinished: true, receipt: desk.at('again/receipt.json') } });
    expect(await desk.readJson('again/receipt.json')).toMatchObject({ entry: { act: 'finish' } });
    const told = await run(['finish', referralId], { cwd: desk.dir });
    expect(told.stdout).toMatch(/was finished before/);
  });

  it('finishes nothing while its receipt cannot be written where it was asked for', async () => {
    await desk.write('unwritable', [noise('u.bin', 12)]);
    const { referralId } = submittedOf(
      (await desk.desk('submit', 'unwritable.json', 'files-unwritable', '--no-finish')).json,
    );
    for (const place of ['files-whole', 'whole.json/receipt.json']) {
      expect(await desk.desk('finish', referralId, '--receipt', place)).toMatchObject({ code: 2 });
      expect(await desk.desk('submit', 'unwritable.json', 'files-unwritable', '--receipt', place)).toMatchObject({
        code: 2,
      });
    }
    expect(await desk.desk('status', referralId)).toMatchObject({ json: { state: 'open' } });
  });

  it('takes back a referral that is open', async () => {
    await desk.write('back', []);
    const { referralId } = submittedOf((await desk.desk('submit', 'back.json', '--no-finish')).json);
    expect((await desk.desk('retract', referralId)).code).toBe(0);
    expect(await desk.desk('status', referralId)).toMatchObject({ json: { state: 'retracted' } });
  });

  it('says what is wrong with a referral before anything is sent', async () => {
    await desk.write('bad', []);
    const before = (await desk.desk('list')).json as { items: unknown[] };
    const ran = await desk.desk('submit', 'desk-data/trust.json');
    expect(ran).toMatchObject({ code: 1, json: { error: { code: 'input/invalid' } } });
    expect(((await desk.desk('list')).json as { items: unknown[] }).items).toHaveLength(before.items.length);
  });

  it('sends nothing when a folder is not there', async () => {
    await rm(desk.at('files-bad'), { recursive: true, force: true });
    expect(await desk.desk('submit', 'bad.json', 'files-bad')).toMatchObject({ code: 2 });
  });

  it('follows no link out of a folder, and asks which is meant when two files have one name', async () => {
    await desk.write('linked', [noise('a.bin', 10)]);
    await symlink(desk.at('whole.json'), desk.at('files-linked/b.bin'));
    const ran = await desk.desk('submit', 'linked.json', 'files-linked');
    expect(ran.code).toBe(0);
    expect(submittedOf(ran.json).attachments).toHaveLength(1);
    const twice = await desk.desk('submit', 'whole.json', 'files-whole', 'files-half');
    expect(twice).toMatchObject({ code: 2, json: { error: { code: 'usage' } } });
  });

  it('acts as the holder of a key where one is shown, who sees her own and no others', async () => {
    const other = await desk.desk('actor', 'add', '--role', 'reporter', '--name', 'Another Example');
    const { key } = other.json as { key: string };
    const { referralId } = submittedOf((await desk.desk('submit', 'whole.json', 'files-whole')).json);
    const denied = await desk.desk('status', referralId, '--key', key);
    expect(denied).toMatchObject({ code: 1, json: { error: { code: 'absent/referral' } } });
    const own = await desk.deskIn({ env: { REFERRAL_DESK_KEY: desk.keys.reporter } }, 'status', referralId);
    expect(own).toMatchObject({ code: 0, json: { referralId } });
    const unknown = await desk.desk('status', referralId, '--key', 'rdk_nobody');
    expect(unknown).toMatchObject({ code: 1, json: { error: { code: 'access/unauthenticated' } } });
  });
});

describe('submit of files that cannot be sent', () => {
  const told = async (name: string): Promise<string> => {
    const ran = await desk.desk('submit', 'whole.json', name);
    expect(ran).toMatchObject({ code: 2, json: { error: { code: 'usage' } } });
    return (ran.json as { error: { message: string } }).error.message;
  };

  it('refuses a name that is no UTF-8, and shows its bytes', async () => {
    await mkdir(desk.at('foreign'));
    await writeFile(Buffer.concat([Buffer.from(desk.at('foreign/caf')), Buffer.from([0xe9])]), 'x');
    expect(await told('foreign')).toContain('/foreign/caf\\xe9');
  });

  it('refuses a pipe, named or found, and waits for nothing', async () => {
    await mkdir(desk.at('pipes'));
    execFileSync('mkfifo', [desk.at('pipes/one')]);
    expect(await told('pipes')).toContain('pipes/one');
    expect(await told('pipes/one')).toContain('pipes/one');
  });

  const isRoot = process.getuid?.() === 0;
  const unlessRoot = isRoot ? it.skip : it; // root may read whatever its mode says
  unlessRoot('names a file and a folder that this user may not read', async () => {
    await mkdir(desk.at('closed/below'), { recursive: true });
    await writeFile(desk.at('closed/file'), 'x', { mode: 0 });
    expect(await told('closed/file')).toContain('closed/file');
    await chmod(desk.at('closed/below'), 0);
    expect(await told('closed')).toContain('closed/below');
    await chmod(desk.at('closed/below'), 0o700);
  });

  it('lets no name act on the terminal', async () => {
    const name = 'a\u001b[2J\n\u202egnp.exe';
    await desk.write('hostile', [noise('h.bin', 11)]);
    await mkdir(desk.at('names'));
    await writeFile(desk.at(`names/${name}`), 'x');
    const { stdout, stderr } = await run(['submit', 'hostile.json', 'files-hostile', 'names'], { cwd: desk.dir });
    expect(stdout).toContain('  a\\u001b[2J\\u000a\\u202egnp.exe\n');
    const verified = await run(['verify', 'whole.json', `nowhere/${name}`], { cwd: desk.dir });
    expect(`${stdout}${stderr}${verified.stderr}`).not.toMatch(/[^\n\P{Cc}]|\p{Bidi_Control}/u);
  });
});

describe('submit when somebody goes away', () => {
  it.each(['stdout', 'stderr'] as const)(
    'does all of its work, and ends with its own exit code (%s)',
    async (stream) => {
      await desk.write(`unread-${stream}`, [noise(`${stream}.bin`, 3_000_000)]);
      await symlink('nowhere', desk.at(`files-unread-${stream}/link`));
      const args = [
        'submit',
        `unread-${stream}.json`,
        `files-unread-${stream}`,
        '--receipt',
        `unread-${stream}.receipt`,
      ];
      expect(await runUnread(stream, args, { cwd: desk.dir })).toMatchObject({ code: 0 });
      expect(await desk.readJson(`unread-${stream}.receipt`)).toMatchObject({ entry: { act: 'finish' } });
      const short = await runUnread(stream, ['finish', 'nothing'], { cwd: desk.dir });
      expect(short.code).toBe(2);
    },
  );

  it('stops at a signal with an exit code of its own, and goes on when run again', async () => {
    await desk.write('stopped', [noise('big.bin', 60_000_000)]);
    await symlink('nowhere', desk.at('files-stopped/link')); // is remarked on as the work begins
    const args = ['submit', 'stopped.json', 'files-stopped', '--json'];
    const stopped = await runStopped('SIGINT', args, { cwd: desk.dir });
    expect(stopped).toMatchObject({ code: 130, json: { error: { code: 'stopped' } } });
    expect(stopped.stderr).toContain('Stopped; run the same command again to go on.');
    expect(await run(args, { cwd: desk.dir })).toMatchObject({ code: 0, json: { state: 'finished' } });
  });
});
