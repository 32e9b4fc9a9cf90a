import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createServer } from 'node:http';
import { once } from 'node:events';
import { chmod, readdir, readFile, stat, utimes, writeFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { run } from './command-line.ts';
import { cliDesk, twoFiles, type CliDesk } from './desk.ts';

let desk: CliDesk;
beforeAll(async () => {
  desk = await cliDesk();
  await desk.write('referral', twoFiles());
  await desk.desk('submit', 'referral.json', 'files-referral');
});
afterAll(() => desk.end());

describe('actor and agency', () => {
  it('add people, whose keys work until they are revoked', async () => {
    const added = await desk.desk('actor', 'add', '--role', 'auditor', '--name', 'Sam Example');
    const { actorId, key } = added.json as { actorId: string; key: string };
    expect(await desk.desk('list', '--key', key)).toMatchObject({ code: 0 });
    const { actors } = (await desk.desk('actor', 'list')).json as { actors: unknown[] };
    expect(actors).toContainEqual(expect.objectContaining({ id: actorId, role: 'auditor', name: 'Sam Example' }));
    expect((await desk.desk('actor', 'revoke', actorId)).code).toBe(0);
    const after = await desk.desk('list', '--key', key);
    expect(after).toMatchObject({ code: 1, json: { error: { code: 'access/unauthenticated' } } });
  });

  it('add who signs in elsewhere, without a key, and say that this desk takes no tokens', async () => {
    const issued = ['--issuer', 'https://id.example/pool'];
    const person = ['actor', 'add', '--role', 'auditor', '--name', 'Noa Example', ...issued];
    expect((await desk.desk(...person)).code).toBe(2);
    const added = await desk.desk(...person, '--subject', 'noa-4f0c');
    expect(added).toMatchObject({ code: 0, json: { actorId: expect.any(String) } });
    expect(added.json).not.toHaveProperty('key');
    const again = await desk.desk(...person, '--subject', 'noa-4f0c');
    expect(again).toMatchObject({ code: 1, json: { error: { code: 'state/exists' } } });
    const { actors } = (await desk.desk('actor', 'list')).json as { actors: unknown[] };
    const signIn = { issuer: 'https://id.example/pool', subject: 'noa-4f0c' };
    expect(actors).toContainEqual(expect.objectContaining({ name: 'Noa Example', hasKey: false, signIn }));
  });

  it('add agencies, and investigators only to one that is known', async () => {
    expect((await desk.desk('agency', 'add', '--id', 'de-bka', '--name', 'BKA', '--country', 'DE')).code).toBe(0);
    const { agencies } = (await desk.desk('agency', 'list')).json as { agencies: { id: string }[] };
    expect(agencies.map(({ id }) => id)).toEqual(['de-bka', 'europol', 'ncmec']);
    const unknown = await desk.desk('actor', 'add', '--role', 'investigator', '--name', 'X', '--agency', 'nowhere');
    expect(unknown).toMatchObject({ code: 1, json: { error: { code: 'input/invalid' } } });
  });
});

describe('what is wrong use, before a desk is asked', () => {
  it.each([
    ['a page of none', ['list', '--limit', '0']],
    ['a page of too many', ['list', '--limit', '201']],
    ['a cursor that no page gave', ['list', '--after', 'zz']],
    ['no file at once', ['submit', 'referral.json', 'files-referral', '--parallel', '0']],
    ['a backup that is not there', ['restore', '--from', 'nowhere', '--secrets', 'nowhere', '--data', 'back']],
    ['a backup that is a file', ['restore', '--from', 'referral.json', '--secrets', 'nowhere', '--data', 'back']],
  ])('is %s', async (_, args) => {
    expect(await desk.desk(...args)).toMatchObject({ code: 2, json: { error: { code: 'usage' } } });
  });
});

describe('trust', () => {
  it('shows the same fingerprint as init, also after a key was replaced, and the new trust.json names both keys', async () => {
    expect((await desk.desk('trust')).json).toMatchObject({ fingerprint: desk.fingerprint });
    expect((await desk.desk('keys', 'rotate', 'receipts')).code).toBe(0);
    const { json } = await desk.desk('trust', '--out', 'new-trust.json');
    expect(json).toMatchObject({ fingerprint: desk.fingerprint });
    const trust = (await desk.readJson('new-trust.json')) as { keys: { purpose: string }[] };
    expect(trust.keys.filter(({ purpose }) => purpose === 'receipts')).toHaveLength(2);
    expect(await desk.readJson('desk-data/trust.json')).toEqual(trust);
  });
});

describe('backup and restore', () => {
  it('bring back a desk that holds, in another folder', async () => {
    const made = await desk.desk('backup', '--out', 'backup', '--secrets', 'stick', '--keep-days', '30');
    expect(made.code).toBe(0);
    const back = await desk.desk('restore', '--from', 'backup', '--secrets', 'stick', '--data', 'restored');
    expect(back).toMatchObject({ code: 0, json: { findings: [] } });
    const { items } = (await desk.desk('list', '--data', 'restored')).json as { items: unknown[] };
    expect(items).toHaveLength(1);
  });

  it('refuse to put both parts into one place', async () => {
    const ran = await desk.desk('backup', '--out', 'both', '--secrets', 'both');
    expect(ran).toMatchObject({ code: 1, json: { error: { code: 'input/invalid' } } });
  });
});

describe('watch', () => {
  it('goes over everything and finds nothing on a sound desk', async () => {
    const { code, json } = await desk.desk('watch');
    expect(json).toMatchObject({ ok: true, findings: [] });
    expect((json as { checked: { objects: number } }).checked.objects).toBeGreaterThan(4);
    expect(code).toBe(0);
  });

  it('holds the desk against a checkpoint that was kept elsewhere, and against nothing else', async () => {
    const checkpoint = `referral-desk/another/1\n1\n${Buffer.alloc(32).toString('base64')}\n\n`;
    await writeFile(desk.at('kept.txt'), checkpoint);
    const held = await desk.desk('watch', '--against', 'kept.txt');
    expect(held).toMatchObject({ code: 1, json: { findings: [{ code: 'against/signature' }] } });
    await writeFile(desk.at('kept.txt'), '{}');
    expect(await desk.desk('watch', '--against', 'kept.txt')).toMatchObject({ code: 1 });
    expect(await desk.desk('watch', '--against', 'not-there.txt')).toMatchObject({ code: 2 });
  });

  describe('on a desk with an altered byte', () => {
    beforeAll(async () => {
      const vault = desk.at('desk-data/vault');
      const all = await readdir(vault, { recursive: true, withFileTypes: true });
      const found = all.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
      const largest = (await Promise.all(found.map(async (file) => ({ file, bytes: await readFile(file) })))).sort(
        (a, b) => b.bytes.length - a.bytes.length,
      )[0];
      if (largest === undefined) throw new Error('no vault file');
      const { atime, mtime } = await stat(largest.file); // the lock's end
      await chmod(largest.file, 0o600);
      largest.bytes[1000] = (largest.bytes[1000] ?? 0) ^ 1;
      await writeFile(largest.file, largest.bytes);
      await utimes(largest.file, atime, mtime);
    });

    it('names the object, ends with 1, and tells the alarm command on its stdin', async () => {
      const { code, json, stdout } = await desk.desk('watch', '--alarm-command', 'cat >> alarms.txt');
      expect(json).toMatchObject({ ok: false, findings: [{ code: 'vault/damaged' }] });
      expect(code).toBe(1);
      const alarms = (await readFile(desk.at('alarms.txt'), 'utf8')).trimEnd().split('\n');
      expect(alarms.map((line) => JSON.parse(line) as unknown)).toEqual([
        expect.objectContaining({ code: 'vault/damaged' }),
      ]);
      expect(stdout + alarms.join('')).not.toMatch(/Ada|one\.bin/);
    });

    it('posts to a webhook named in the environment', async () => {
      const received: string[] = [];
      const server = createServer((request, response) => {
        request.on('data', (chunk: Buffer) => received.push(chunk.toString('utf8')));
        request.on('end', () => response.end());
      }).listen(0, '127.0.0.1');
      await once(server, 'listening');
      const { port } = server.address() as AddressInfo;
      const env = { REFERRAL_DESK_ALARM_WEBHOOK: `http://127.0.0.1:${port}/alarm` };
      const { code } = await desk.deskIn({ env }, 'watch');
      server.close();
      expect(code).toBe(1);
      expect(JSON.parse(received.join(''))).toMatchObject({ code: 'vault/damaged' });
    });

    it('ends with 3 when the alarm could not be delivered', async () => {
      const failing = await desk.desk('watch', '--alarm-command', 'exit 7');
      expect(failing).toMatchObject({ code: 3, json: { error: { code: 'alarm/failed' } } });
      const deaf = await run(['watch', '--alarm-webhook', 'http://127.0.0.1:9/'], { cwd: desk.dir });
      expect(deaf.code).toBe(3);
    });
  });
});
