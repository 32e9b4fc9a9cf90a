// The log over its whole length: watch makes every tile of every log anew, and the integrator signs on top of none that is damaged.
import type { DatabaseSync } from 'node:sqlite';
import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { append, assemble, SETTINGS, type Core } from '../../lib/core.ts';
import { entryHash } from '../../lib/custody.ts';
import { checkpointText, logOrigin, signedNote, type Checkpoint } from '../../lib/formats/checkpoint.ts';
import { beginNewLog, integrate } from '../../lib/log.ts';
import { DESK } from '../../lib/ports.ts';
import { chainOf } from '../../lib/referral.ts';
import { freshDesk, noise, refer, type TestDesk } from '../material.ts';
import { flipBit, inLedger, watchHarmed } from './harmed-copy.ts';

const CHECKPOINTS = 1_050;
let desk: TestDesk;
let notes: string[];
let forged: Readonly<Record<'size' | 'root' | 'log' | 'desk', string>>;

/** Two logs of more than a thousand leaves each; the first has a checkpoint for nearly every leaf. */
beforeAll(async () => {
  desk = await freshDesk();
  const core = assemble(desk.desk.id, desk.local.ports, SETTINGS);
  for (let n = 0; n < CHECKPOINTS; n++) {
    await addEntry(core);
    await integrate(core);
  }
  const { text, seq } = await addEntry(core);
  await beginNewLog(core, [{ chain: DESK, seq, hash: entryHash(text) }]);
  await integrate(core);
  const sign = async (checkpoint: Checkpoint): Promise<string> => {
    const { signature } = await core.keys.sign('log', Buffer.from(checkpointText(checkpoint)));
    const key = (await core.keys.publicKeys()).find(({ purpose }) => purpose === 'log');
    return signedNote(
      checkpointText(checkpoint),
      checkpoint.origin,
      Buffer.from(key?.publicKey ?? '', 'base64'),
      signature,
    );
  };
  const root = randomBytes(32);
  forged = {
    size: await sign({ origin: logOrigin(core.desk, 1), size: 5_000, root }),
    root: await sign({ origin: logOrigin(core.desk, 1), size: 700, root }),
    log: await sign({ origin: logOrigin(core.desk, 3), size: 700, root }),
    desk: await sign({ origin: logOrigin('another', 1), size: 700, root }),
  };
  await desk.local.close();
  notes = [];
  inLedger(desk.dir, (ledger) => {
    for (const { note } of ledger.prepare('SELECT note FROM checkpoint ORDER BY k').all()) notes.push(String(note));
  });
}, 240_000);
afterAll(() => desk.end());

async function addEntry(core: Core): Promise<{ text: string; seq: number }> {
  const { text, entry } = await append(core, await chainOf(core, DESK), () =>
    Promise.resolve({ act: 'backup', actorId: DESK }),
  );
  return { text, seq: entry.seq };
}

function flipTile(log: number, level: number, position: number): (ledger: DatabaseSync) => void {
  return (ledger) => {
    const where = 'WHERE log = ? AND level = ? AND position = ?';
    const bytes = ledger.prepare(`SELECT bytes FROM tile ${where}`).get(log, level, position)?.['bytes'];
    ledger.prepare(`UPDATE tile SET bytes = ? ${where}`).run(flipBit(bytes as Uint8Array), log, level, position);
  };
}

describe('watch, of the log', () => {
  it('finds nothing in two long logs that are whole', async () => {
    expect(notes.length).toBeGreaterThan(CHECKPOINTS);
    expect(await watchHarmed(desk, () => undefined)).toEqual([]);
  });

  it.each([
    ['a full tile of leaves', 2, 0, 1],
    ['the tile that grows', 2, 0, 4],
    ['a tile above the leaves', 2, 1, 0],
    ['a tile of leaves of an older log', 1, 0, 2],
    ['a tile above the leaves of an older log', 1, 1, 0],
  ])('finds one bit in %s', async (_title, log, level, position) => {
    const findings = await watchHarmed(desk, flipTile(log, level, position));
    expect(findings).toEqual([{ code: 'log/tiles', where: `tile ${log}/${level}/${position}` }]);
  });

  it.each([
    ['the newest one of an older log', CHECKPOINTS],
    ['one with more than a thousand after it', 3],
  ])('finds one bit in a checkpoint: %s', async (_title, k) => {
    const findings = await watchHarmed(desk, (ledger) => {
      const note = Buffer.from(notes[k - 1] ?? '');
      const at = note.indexOf('\n\n') - 20;
      note[at] = (note[at] ?? 0) ^ 2;
      ledger.prepare('UPDATE checkpoint SET note = ? WHERE k = ?').run(note.toString('utf8'), k);
    });
    expect(findings.map(({ code }) => code)).toEqual(['log/signature']);
  });

  it('finds a checkpoint that the desk signed of other leaves', async () => {
    const findings = await watchHarmed(desk, (ledger) => {
      ledger.prepare('UPDATE checkpoint SET note = ? WHERE size = 700 AND log = 1').run(forged.root);
    });
    expect(findings).toEqual([{ code: 'log/root', where: 'checkpoint of 700 in log 1' }]);
  });
});

describe('watch, held against a checkpoint that was kept elsewhere', () => {
  it('finds nothing where the log grew out of it, be it an older log', async () => {
    for (const note of [notes[0], notes[600], notes.at(-1)]) {
      expect(await watchHarmed(desk, () => undefined, note)).toEqual([]);
    }
  });

  it.each([
    ['was altered', 'against/signature', () => (notes[600] ?? '').replace(/\n\d+\n/, '\n9\n')],
    ['is no checkpoint', 'against/signature', () => 'nothing'],
    ['is of a log the desk does not have', 'against/other-log', () => forged.log],
    ['names another desk', 'against/other-log', () => forged.desk],
    ['is of more than the log holds', 'against/cut-off', () => forged.size],
    ['is of other leaves', 'against/differs', () => forged.root],
  ])('says so when it %s', async (_title, code, note) => {
    expect((await watchHarmed(desk, () => undefined, note())).map((finding) => finding.code)).toEqual([code]);
  });

  it('finds a desk that was put back to an earlier day', async () => {
    const fresh = await freshDesk();
    await fresh.desk.integrate();
    await fresh.local.close();
    const later = await fresh.reopen();
    await refer(later, [], { finish: false });
    const kept = (await later.desk.integrate())?.checkpoint ?? '';
    await later.local.close();
    const findings = await watchHarmed(fresh, cutOffLast, kept);
    expect(findings.map(({ code }) => code)).toEqual(['against/cut-off']);
    await later.end();
  });
});

/** Takes back the newest step of the log and the entries of it, as if they had never been. */
function cutOffLast(ledger: DatabaseSync): void {
  const [newest, before] = ledger.prepare('SELECT k, size FROM checkpoint ORDER BY k DESC LIMIT 2').all();
  const size = Number(before?.['size']);
  const gone = ledger.prepare('SELECT n FROM leaf WHERE position >= ?').all(size);
  for (const { n } of gone) {
    const entry = ledger.prepare('SELECT chain, seq FROM entry WHERE n = ?').get(Number(n));
    for (const table of ['row', 'lookup']) {
      const named = `(SELECT id FROM ${table} WHERE chain = ? AND seq = ?)`;
      const of = [String(entry?.['chain']), Number(entry?.['seq'])];
      ledger.prepare(`DELETE FROM ${table}_list WHERE id IN ${named}`).run(...of);
      ledger.prepare(`DELETE FROM ${table} WHERE chain = ? AND seq = ?`).run(...of);
    }
    for (const table of ['object', 'leaf', 'entry']) {
      ledger.prepare(`DELETE FROM ${table} WHERE n = ?`).run(Number(n));
    }
  }
  ledger.prepare('DELETE FROM checkpoint WHERE k = ?').run(Number(newest?.['k']));
  const tile = ledger.prepare('SELECT bytes FROM tile WHERE level = 0 AND position = 0').get();
  ledger.prepare('UPDATE tile SET bytes = ?').run((tile?.['bytes'] as Uint8Array).subarray(0, size * 32));
}

describe('the integrator', () => {
  it('signs nothing on top of a tile that was altered', async () => {
    const fresh = await freshDesk();
    await refer(fresh, [noise('a', 10)]);
    await fresh.desk.integrate();
    await fresh.local.close();
    inLedger(fresh.dir, flipTile(1, 0, 0));
    const altered = await fresh.reopen();
    const before = await altered.desk.logState();
    await refer(altered, [noise('b', 10)]);
    await expect(altered.desk.integrate()).rejects.toMatchObject({ code: 'log/damaged' });
    expect(await altered.desk.logState()).toEqual(before);
    expect((await altered.desk.watch()).findings).toContainEqual({ code: 'log/tiles', where: 'tile 1/0/0' });
    await altered.end();
  });

  it.each([
    ['of another size', (note: string) => note.replace(/\n(\d+)\n/, (_, size: string) => `\n${Number(size) - 1}\n`)],
    ['that is not signed', (note: string) => `${note.slice(0, -6)}AAA=\n`],
  ])('signs nothing after a checkpoint %s', async (_title, alter) => {
    const fresh = await freshDesk();
    await fresh.desk.integrate();
    const note = (await fresh.desk.logState())?.checkpoint ?? '';
    await fresh.local.close();
    inLedger(fresh.dir, (ledger) => {
      ledger.prepare('UPDATE checkpoint SET note = ? WHERE note = ?').run(alter(note), note);
    });
    const altered = await fresh.reopen();
    await refer(altered, [], { finish: false });
    await expect(altered.desk.integrate()).rejects.toMatchObject({ code: 'log/damaged' });
    await altered.end();
  });
});
