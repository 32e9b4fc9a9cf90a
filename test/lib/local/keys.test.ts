import { appendFileSync, chmodSync, copyFileSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, it } from '@jest/globals';
import { createKeyFile, localKeys } from '../../../lib/local/keys.ts';
import { all, refuses } from '../../conformance/check.ts';
import { cutOff, deskFolder, emptyFolder, filesHolding, keysOf, modeOf } from './desk-folder.ts';

const NOW = new Date('2026-01-02T03:04:05Z');
const LATER = new Date('2031-03-04T05:06:07Z');

async function keyFile(
  passphrase?: string,
): Promise<{ keyFile: string; open: (given?: string) => ReturnType<typeof localKeys> }> {
  const dir = emptyFolder();
  const file = join(dir, 'keys', 'desk.key');
  await createKeyFile({ keyFile: file, desk: 'desk-1', now: NOW, passphrase });
  const open = (given?: string): ReturnType<typeof localKeys> =>
    localKeys({
      keyFile: file,
      secretsDb: join(dir, 'secrets.db'),
      destroyedList: join(dir, 'keys', 'destroyed.txt'),
      passphrase: given,
      create: true,
    });
  return { keyFile: file, open };
}

describe('the key file', () => {
  it('is its owner’s alone, and refused when others can read it', async () => {
    const { keyFile: file, open } = await keyFile();
    expect(modeOf(file)).toBe('600');
    for (const mode of [0o640, 0o604, 0o610, 0o660]) {
      chmodSync(file, mode);
      await refuses('desk/readable-by-others', open());
    }
    chmodSync(file, 0o400);
    (await open()).close();
  });

  it('is never overwritten by a new one', async () => {
    const { keyFile: file } = await keyFile();
    const before = readFileSync(file);
    await refuses('desk/exists', createKeyFile({ keyFile: file, desk: 'desk-2', now: NOW }));
    expect(readFileSync(file)).toEqual(before);
  });

  it('gives the same keys whenever it is opened', async () => {
    const { open } = await keyFile('open sesame');
    const first = await open('open sesame');
    const context = { desk: 'd', owner: 'o', object: 'x', kind: 'words' } as const;
    const { key, wrapped } = await first.generateDataKey(context);
    const [secret] = await first.createSecrets(['owner']);
    await first.rotate('log', LATER);
    const [lookup, publicKeys] = [await first.lookupKey(), await first.publicKeys()];
    first.close();
    const second = await open('open sesame');
    expect(await second.decrypt(wrapped, context)).toEqual(key);
    expect(await second.readSecret('owner')).toEqual(secret);
    expect([await second.lookupKey(), await second.publicKeys()]).toEqual([lookup, publicKeys]);
    expect((await second.sign('log', Buffer.of(1))).keyId).toBe(
      publicKeys.filter(({ purpose }) => purpose === 'log')[1]?.id,
    );
    second.close();
  });

  it('shows nothing of its keys where it has a passphrase, and opens with no other', async () => {
    const { keyFile: file, open } = await keyFile('ﬁne pass phrase');
    expect(Object.keys(JSON.parse(readFileSync(file, 'utf8')) as object).sort()).toEqual([
      'checksum',
      'desk',
      'sealed',
      'version',
    ]);
    for (const given of ['fine pass phrase', '', undefined]) await refuses('keys/wrong-passphrase', open(given));
    (await open('ﬁne pass phrase')).close();
  });

  it('takes no empty passphrase', async () => {
    await refuses('keys/wrong-passphrase', keyFile(''));
  });

  it('is refused with a passphrase where it has none: nobody shall think it protected', async () => {
    const { open } = await keyFile();
    await refuses('keys/wrong-passphrase', open('any'));
  });

  it.each([undefined, 'open sesame'])(
    'is refused when a single bit of it is altered (passphrase: %s)',
    async (passphrase) => {
      const { keyFile: file, open } = await keyFile(passphrase);
      const whole = readFileSync(file);
      for (let at = 0; at < whole.length; at++) {
        const altered = Buffer.from(whole);
        altered[at] = (altered[at] ?? 0) ^ (1 << (at % 8));
        writeFileSync(file, altered);
        // an altered version number reads as that of a newer program
        await expect(open(passphrase)).rejects.toMatchObject({
          code: expect.stringMatching(/^desk\/(?:damaged|newer)$/u),
        });
      }
      writeFileSync(file, whole);
      (await open(passphrase)).close();
    },
  );

  it('is refused when it is cut short, empty, missing or newer than this program', async () => {
    const { keyFile: file, open } = await keyFile();
    const text = readFileSync(file, 'utf8');
    for (let length = 0; length < text.length - 2; length += 7) {
      writeFileSync(file, text.slice(0, length));
      await refuses('desk/damaged', open());
    }
    writeFileSync(file, text.replace('"version": 1', '"version": 2'));
    await refuses('desk/newer', open());
    writeFileSync(file, '{"version":2,"all":"different"}');
    await refuses('desk/newer', open());
    rmSync(file);
    await refuses('desk/absent', open());
  });

  it('is whole, with the old key or the new, when its process is killed while it is written anew', async () => {
    for (const step of ['before', 'after']) {
      const folder = await deskFolder();
      cutOff('keys.rotate', folder.dir, step);
      const keys = await keysOf(folder);
      expect((await keys.publicKeys()).length).toBe(step === 'before' ? 3 : 4);
      expect(modeOf(folder.keyFile)).toBe('600');
      keys.close();
    }
  });

  it('ends no key before it began', async () => {
    const { open } = await keyFile();
    const keys = await open();
    await refuses('keys/failed', keys.rotate('log', new Date(NOW.getTime() - 1)));
    expect((await keys.publicKeys()).length).toBe(3);
    keys.close();
  });
});

describe('secrets', () => {
  it('never stand in the clear on the disk, nor does any key without a passphrase beside the key file', async () => {
    const folder = await deskFolder();
    const keys = await keysOf(folder);
    const secrets = await keys.createSecrets(['a', 'b', 'c']);
    for (const secret of secrets) expect(filesHolding(folder.dir, secret)).toEqual([]);
    keys.close();
    for (const secret of secrets) expect(filesHolding(folder.dir, secret)).toEqual([]);
    expect(modeOf(folder.secretsDb)).toBe('600');
  });

  it('leave no byte in any file once they are destroyed, however many come and go around them', async () => {
    const folder = await deskFolder();
    const keys = await keysOf(folder);
    const owners: string[] = [];
    const gone: Buffer[] = [];
    for (let round = 0; round < 30; round++) {
      const fresh = Array.from({ length: 40 }, (_, n) => `${(n * 7919 + round * 104_729) % 1_000_003}-${round}`);
      await keys.createSecrets(fresh);
      owners.push(...fresh);
      for (let n = 0; n < 20; n++) {
        const [owner = ''] = owners.splice((n * 31 + round * 17) % owners.length, 1);
        const sealed = sealedSecret(folder.secretsDb, owner);
        expect(filesHolding(folder.dir, sealed)).not.toEqual([]);
        await keys.destroySecret(owner);
        expect(filesHolding(folder.dir, sealed)).toEqual([]);
        gone.push(sealed);
      }
    }
    for (const owner of owners) expect((await keys.readSecret(owner)).length).toBe(32);
    keys.close();
    for (const sealed of gone) expect(filesHolding(folder.dir, sealed)).toEqual([]);
  });

  it('are the caller’s own bytes, each time they are read', async () => {
    const keys = await keysOf(await deskFolder());
    const [made = Buffer.alloc(0)] = await keys.createSecrets(['a', 'b']);
    const secret = Buffer.from(made);
    for (let n = 0; n < 3; n++) {
      const read = await keys.readSecret('a');
      expect(secret.equals(read)).toBe(true);
      read.fill(0);
    }
    expect(secret.equals(await keys.readSecret('b'))).toBe(false);
    expect(secret.equals(await keys.readSecret('a'))).toBe(true);
    await keys.destroySecret('a');
    await refuses('keys/absent', keys.readSecret('a'));
    keys.close();
  });

  it('are refused when their row was altered or moved to another owner', async () => {
    const folder = await deskFolder();
    const keys = await keysOf(folder);
    await keys.createSecrets(['a', 'b', 'c']);
    await keys.readSecret('a'); // and nothing is remembered of it
    const db = new DatabaseSync(folder.secretsDb);
    db.exec("UPDATE secrets SET sealed = (SELECT sealed FROM secrets WHERE owner = 'c') WHERE owner = 'a'");
    db.exec("UPDATE secrets SET sealed = zeroblob(61) WHERE owner = 'b'");
    db.close();
    await refuses('keys/refused', keys.readSecret('a'));
    await refuses('keys/refused', keys.readSecret('b'));
    expect((await keys.readSecret('c')).length).toBe(32);
    keys.close();
  });

  it('are not destroyed while another program reads them and so keeps their bytes alive', async () => {
    const folder = await deskFolder();
    const keys = await keysOf(folder);
    await keys.createSecrets(['a']);
    const sealed = sealedSecret(folder.secretsDb, 'a');
    const reader = new DatabaseSync(folder.secretsDb);
    reader.exec('BEGIN');
    reader.prepare('SELECT count(*) FROM secrets').get();
    await refuses('keys/failed', keys.destroySecret('a'));
    reader.close();
    await keys.destroySecret('a');
    expect(filesHolding(folder.dir, sealed)).toEqual([]);
    keys.close();
  }, 30_000);

  it('are refused where their database or the list of the destroyed is missing', async () => {
    for (const missing of ['secretsDb', 'destroyedList'] as const) {
      const folder = await deskFolder();
      rmSync(folder[missing]);
      await refuses('desk/absent', keysOf(folder));
      expect(existsSync(folder[missing])).toBe(false);
    }
  });

  it('come all or none when their maker is killed', async () => {
    for (const step of ['before', 'after']) {
      const folder = await deskFolder();
      cutOff('keys.createSecrets', folder.dir, step);
      const keys = await keysOf(folder);
      expect(await all(keys.owners())).toEqual(step === 'before' ? [] : ['new-1', 'new-2']);
      keys.close();
    }
  });
});

describe('a destruction cut off', () => {
  it('has not begun before the list has the owner', async () => {
    const folder = await deskFolder();
    const secret = await makeOld(folder);
    cutOff('keys.destroySecret', folder.dir, 'before');
    const keys = await keysOf(folder);
    expect(await keys.isDestroyed('old')).toBe(false);
    expect(await keys.readSecret('old')).toEqual(secret);
    keys.close();
  });

  it.each(['between', 'after-overwrite', 'after'])('is finished on opening when it came as far as %s', async (step) => {
    const folder = await deskFolder();
    await makeOld(folder);
    const sealed = sealedSecret(folder.secretsDb, 'old');
    cutOff('keys.destroySecret', folder.dir, step);
    const keys = await keysOf(folder);
    expect(filesHolding(folder.dir, sealed)).toEqual([]);
    expect(await keys.isDestroyed('old')).toBe(true);
    await refuses('keys/absent', keys.readSecret('old'));
    expect(await all(keys.owners())).toEqual(['kept']);
    expect((await keys.readSecret('kept')).length).toBe(32);
    keys.close();
  });
});

describe('the list of the destroyed', () => {
  it('has a line for each destroyed owner, once, and is its owner’s alone', async () => {
    const folder = await deskFolder();
    const keys = await keysOf(folder);
    for (const owner of ['b', 'a', 'b']) await keys.destroySecret(owner);
    keys.close();
    expect(readFileSync(folder.destroyedList, 'utf8')).toBe('b\na\n');
    expect(modeOf(folder.destroyedList)).toBe('600');
  });

  it('drops a last line that was cut short, and goes on behind the last whole one', async () => {
    const folder = await deskFolder();
    appendFileSync(folder.destroyedList, 'first\nsecond\nthi');
    const keys = await keysOf(folder);
    expect(await Promise.all(['first', 'second', 'thi', 'third'].map((owner) => keys.isDestroyed(owner)))).toEqual([
      true,
      true,
      false,
      false,
    ]);
    await keys.destroySecret('x');
    keys.close();
    expect(readFileSync(folder.destroyedList, 'utf8')).toBe('first\nsecond\nx\n');
  });

  it('takes nothing once it is closed, and can be closed twice', async () => {
    const folder = await deskFolder();
    const keys = await keysOf(folder);
    keys.close();
    keys.close();
    await refuses('keys/failed', keys.destroySecret('x'));
    await refuses('keys/failed', keys.readSecret('x'));
    expect(readFileSync(folder.destroyedList, 'utf8')).toBe('');
  });

  it('is refused when it holds what is no owner', async () => {
    const folder = await deskFolder();
    appendFileSync(folder.destroyedList, 'first\n\0\0\0\0\nthird\n');
    await refuses('desk/damaged', keysOf(folder));
  });

  it('is obeyed by a database restored from before the destruction', async () => {
    const folder = await deskFolder();
    await makeOld(folder);
    const backup = join(dirname(folder.dir), 'secrets.backup');
    copyFileSync(folder.secretsDb, backup);
    const sealed = sealedSecret(folder.secretsDb, 'old');
    const keys = await keysOf(folder);
    await keys.destroySecret('old');
    keys.close();
    copyFileSync(backup, folder.secretsDb);
    expect(filesHolding(folder.dir, sealed)).not.toEqual([]);
    const restored = await keysOf(folder);
    expect(filesHolding(folder.dir, sealed)).toEqual([]);
    await refuses('keys/absent', restored.readSecret('old'));
    restored.close();
  });
});

async function makeOld(folder: Awaited<ReturnType<typeof deskFolder>>): Promise<Uint8Array> {
  const keys = await keysOf(folder);
  const [secret] = await keys.createSecrets(['old', 'kept']);
  keys.close();
  return secret ?? new Uint8Array();
}

/** The encrypted secret as it stands in the database. */
function sealedSecret(file: string, owner: string): Buffer {
  const db = new DatabaseSync(file, { readOnly: true });
  const sealed = db.prepare('SELECT sealed FROM secrets WHERE owner = ?').get(owner)?.['sealed'];
  db.close();
  return Buffer.from(sealed as Uint8Array);
}
