import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { NewActor } from '../../lib/actors.ts';
import type { SignIn } from '../../lib/authenticate.ts';
import { freshDesk, type TestDesk } from '../material.ts';

let desk: TestDesk;
beforeEach(async () => {
  desk = await freshDesk();
});
afterEach(() => desk.end());

const refused = { code: 'access/unauthenticated' };
const kim: SignIn = { issuer: 'https://id.example/pool-of-zaphod', subject: 'zaphod-4f0c' };
const auditor: NewActor = { role: 'auditor', name: 'Kim Zaphod' };

async function added(signIn = kim, actor = auditor): Promise<string> {
  return (await desk.desk.addPerson(await desk.as('operator'), actor, signIn)).actorId;
}

async function findings(): Promise<readonly { code: string; where: string }[]> {
  return (await desk.desk.watch()).findings;
}

/** Writes into the book past the desk. */
async function alter(change: (book: DatabaseSync) => void): Promise<void> {
  await desk.local.close();
  const book = new DatabaseSync(join(desk.dir, 'ledger.db'));
  change(book);
  book.close();
  desk = await desk.reopen();
}

describe('a person', () => {
  it('is known by what an issuer calls her, until she is revoked, and may be added anew then', async () => {
    const actorId = await added();
    expect(await desk.desk.authenticatePerson(kim)).toEqual({ actorId, role: 'auditor', isHouse: false });
    await desk.desk.revokeActor(await desk.as('operator'), actorId);
    await expect(desk.desk.authenticatePerson(kim)).rejects.toMatchObject(refused);
    await desk.desk.revokeActor(await desk.as('operator'), actorId);
    const again = await added(kim, { role: 'supervisor', name: 'Kim Zaphod' });
    expect(await desk.desk.authenticatePerson(kim)).toMatchObject({ actorId: again, role: 'supervisor' });
    expect(await findings()).toEqual([]);
  });

  it('acts for her agency, or for her organisation', async () => {
    await added(kim, { role: 'investigator', name: 'Kim', agency: 'europol' });
    expect(await desk.desk.authenticatePerson(kim)).toMatchObject({ role: 'investigator', agency: 'europol' });
    const { organisation } = await desk.as('reporter');
    const noa = { ...kim, subject: 'noa' };
    await added(noa, { role: 'reporter', name: 'Noa', organisation });
    expect(await desk.desk.authenticatePerson(noa)).toMatchObject({ role: 'reporter', organisation });
  });

  it.each<[string, SignIn]>([
    ['by another name', { ...kim, subject: `${kim.subject} ` }],
    ['with another issuer', { ...kim, issuer: `${kim.issuer}/` }],
    ['as nobody', { issuer: '', subject: '' }],
    ['by half of a character', { ...kim, subject: '\ud800' }],
    ['by names that run into one another', { issuer: kim.issuer + kim.subject, subject: '' }],
  ])('is not known %s', async (_, signIn) => {
    await added();
    await expect(desk.desk.authenticatePerson(signIn)).rejects.toMatchObject(refused);
  });

  it('has no key, is nobody of the house, and is shown to the operator as whom she signs in', async () => {
    const actorId = await added(kim, { role: 'operator', name: 'Kim Zaphod' });
    expect((await desk.desk.houseCaller('operator')).actorId).not.toBe(actorId);
    const key = `rdk_${actorId.replaceAll('-', '')}_${Buffer.alloc(32).toString('base64url')}`;
    await expect(desk.desk.authenticate(key)).rejects.toMatchObject(refused);
    const all = await desk.desk.listActors(await desk.desk.authenticatePerson(kim));
    expect(all.filter(({ signIn }) => signIn !== undefined)).toMatchObject([
      { id: actorId, name: 'Kim Zaphod', hasKey: false, signIn: kim },
    ]);
  });

  it('is added once, also when two ask at once, and by an operator alone', async () => {
    const operator = await desk.as('operator');
    const both = [1, 2].map(() => desk.desk.addPerson(operator, auditor, kim));
    const results = await Promise.allSettled(both);
    expect(results.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    await expect(added()).rejects.toMatchObject({ code: 'state/exists' });
    const denied = desk.desk.addPerson(await desk.as('supervisor'), auditor, { ...kim, subject: 'x' });
    await expect(denied).rejects.toMatchObject({ code: 'access/denied' });
    expect(await findings()).toEqual([]);
  });

  it.each<[string, SignIn, string]>([
    ['an issuer over http', { ...kim, issuer: 'http://id.example' }, 'input/invalid'],
    ['an issuer that is no address', { ...kim, issuer: 'https://id.example/ x' }, 'input/invalid'],
    ['no subject', { ...kim, subject: '' }, 'input/invalid'],
    ['a subject longer than one may be', { ...kim, subject: 's'.repeat(256) }, 'input/invalid'],
    ['half of a character', { ...kim, subject: '\ud800' }, 'input/not-unicode'],
  ])('is not added with %s', async (_, signIn, code) => {
    await expect(added(signIn)).rejects.toMatchObject({ code });
  });

  it('stands nowhere in the desk’s files by name, issuer or subject, nor in any entry by her row', async () => {
    await added();
    const rows = await desk.local.ports.ledger.list(`lookups/${await added({ ...kim, subject: 'zaphod-2' })}`, {
      limit: 9,
    });
    expect(rows.items.map(({ chain, label }) => [chain, label])).toEqual([['desk', 'row:lookup/0']]);
    const { entries } = await desk.desk.deskCustody(await desk.as('operator'));
    expect(entries.filter((text) => text.includes(rows.items[0]?.id ?? ''))).toEqual([]);
    await desk.local.close();
    const files = readdirSync(desk.dir, { recursive: true, withFileTypes: true }).filter((each) => each.isFile());
    expect(files.length).toBeGreaterThan(5);
    for (const { parentPath, name } of files) {
      const bytes = readFileSync(join(parentPath, name)).toString('latin1').toLowerCase();
      for (const said of ['zaphod', 'id.example']) expect([name, bytes.includes(said)]).toEqual([name, false]);
    }
    desk = await desk.reopen();
  });
});

describe('the row of a person', () => {
  const READ = `SELECT id, chain, seq, value, lists FROM lookup WHERE json_extract(value, '$.actor') IS NOT NULL`;

  it('leads nowhere when it was turned to another actor past the desk, and watch names it', async () => {
    const actorId = await added();
    const { actorId: operator } = await desk.as('operator');
    await alter((book) => {
      book.exec(
        `UPDATE lookup SET value = '{"actor":"${operator}"}' WHERE json_extract(value, '$.actor') = '${actorId}'`,
      );
    });
    await expect(desk.desk.authenticatePerson(kim)).rejects.toMatchObject(refused);
    expect(await findings()).toContainEqual({ code: 'ledger/row-altered', where: `lookup of actor ${actorId}` });
  });

  it('is missed by watch when it was taken away past the desk', async () => {
    const actorId = await added();
    await alter((book) => {
      book.exec('DELETE FROM lookup_list; DELETE FROM lookup');
    });
    expect(await findings()).toContainEqual({ code: 'ledger/row-missing', where: `lookup of actor ${actorId}` });
  });

  it('goes when she is revoked, and revives nobody when it is put back', async () => {
    const actorId = await added();
    let row: Record<string, unknown> | undefined;
    await alter((book) => {
      row = book.prepare(READ).get();
    });
    await desk.desk.revokeActor(await desk.as('operator'), actorId);
    await alter((book) => {
      expect(book.prepare(READ).all()).toEqual([]);
      const { id, chain, seq, value, lists } = row as Record<string, string>;
      book
        .prepare(`INSERT INTO lookup VALUES ('lookup', ?, 'row:lookup/0', ?, ?, ?, ?)`)
        .run(id ?? '', chain ?? '', seq ?? '', value ?? '', lists ?? '');
      book.prepare(`INSERT INTO lookup_list VALUES (?, '0', ?, 'lookup')`).run(`lookups/${actorId}`, id ?? '');
    });
    await expect(desk.desk.authenticatePerson(kim)).rejects.toMatchObject(refused);
    expect(await findings()).toContainEqual({ code: 'ledger/row-altered', where: `lookup of actor ${actorId}` });
  });
});
