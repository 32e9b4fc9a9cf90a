// Ordering a packet: who may, of what, for whom; the same order is the same packet, and it is made once, of what was there then.
import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { assemble, SETTINGS, type Core } from '../../../lib/core.ts';
import { parseEntry } from '../../../lib/custody.ts';
import { DeskError, openDesk, type Alarm, type Code, type Custody } from '../../../lib/index.ts';
import { composePacket } from '../../../lib/packet/compose.ts';
import { checkpointCovering } from '../../../lib/packet/covering.ts';
import { readPacket } from '../../../lib/packet/record.ts';
import { chainOf } from '../../../lib/referral.ts';
import { freshDesk, gather, noise, refer, referralBody, type TestDesk } from '../../material.ts';
import { bare, read as readPdf } from '../summary/read.ts';
import { caseIn, jsonIn, ORDER, pack, packed, takeAll, unpack } from './material.ts';

let test: TestDesk;
beforeEach(async () => {
  test = await freshDesk();
});
afterEach(() => test.end());

async function finished(): Promise<string> {
  return (await refer(test, [noise('a.jpg', 1000)])).opened.referralId;
}

async function order(
  referralId: string,
  more: object = {},
  packetId?: string,
  actor: 'supervisor' | 'supervisor2' = 'supervisor',
) {
  return test.desk.orderPacket(await test.as(actor), referralId, { ...ORDER, ...more }, packetId);
}

/** How many entries of an act there are in a referral's chain. */
async function countOf(referralId: string, act: string): Promise<number> {
  const entries = await test.local.ports.ledger.entries(referralId, 0, 500);
  return entries.filter(({ text }) => parseEntry(text).act === act).length;
}

function coreOf({ desk, local }: TestDesk): Core {
  return assemble(desk.id, local.ports, SETTINGS);
}

/** The packet as it would be made at this moment. */
async function composeNow(packetId: string): Promise<Buffer> {
  const core = coreOf(test);
  const record = await readPacket(core, packetId);
  const covering = await checkpointCovering(core, record.referral, record.seq);
  if (covering === undefined) throw new Error('the log does not cover the order');
  const chain = await chainOf(core, record.referral);
  return gather((await composePacket(core, chain, record, { ...covering, stamps: [] })).bytes());
}

describe('an order', () => {
  it.each(['reporter', 'investigator', 'auditor', 'operator'] as const)('is not given by a %s', async (actor) => {
    const referralId = await finished();
    const asked = test.desk.orderPacket(await test.as(actor), referralId, ORDER);
    await expect(asked).rejects.toMatchObject({ code: 'access/denied' });
  });

  it('is given of what is finished, and of nothing else', async () => {
    const { opened } = await refer(test, [], { finish: false });
    await expect(order(opened.referralId)).rejects.toMatchObject({ code: 'state/not-finished' });
    await test.desk.retract(await test.as('reporter'), opened.referralId);
    await expect(order(opened.referralId)).rejects.toMatchObject({ code: 'state/not-open' });
    await expect(order(randomUUID())).rejects.toMatchObject({ code: 'absent/referral' });
    expect(await countOf(opened.referralId, 'order-packet')).toBe(0);
  });

  it.each([
    ['an agency nobody knows', { agency: 'nobody' }],
    ['an agency that is a path', { agency: '../europol' }],
    ['no purpose', { purpose: undefined }],
    ['a blank purpose', { purpose: ' \t\n' }],
    ['an empty purpose', { purpose: '' }],
    ['no legal basis', { legalBasis: undefined }],
    ['a blank legal basis', { legalBasis: '\u00a0 ' }],
    ['a purpose longer than a page', { purpose: 'x'.repeat(3001) }],
  ])('names no %s', async (_name, more) => {
    const referralId = await finished();
    await expect(order(referralId, more)).rejects.toMatchObject({ code: 'input/invalid' });
    expect(await countOf(referralId, 'order-packet')).toBe(0);
  });

  it('holds no half of a character', async () => {
    const referralId = await finished();
    await expect(order(referralId, { purpose: 'x\ud83d' })).rejects.toMatchObject({ code: 'input/not-unicode' });
  });

  it.each(['../x', '', 'X', 'A0000000-0000-4000-8000-000000000000', '00000000-0000-4000-8000-00000000000'])(
    'is not named %j',
    async (id) => {
      await expect(order(await finished(), {}, id)).rejects.toMatchObject({ code: 'input/invalid' });
    },
  );

  it('given again is the same packet, and another under its name is refused', async () => {
    const [referralId, other] = [await finished(), await finished()];
    const id = randomUUID();
    const first = await order(referralId, {}, id);
    const again = await order(referralId, {}, id, 'supervisor2');
    expect([first.isNew, again.isNew, again.entry]).toEqual([true, false, first.entry]);
    for (const more of [{ purpose: 'another' }, { legalBasis: 'another' }, { agency: 'ncmec' }])
      await expect(order(referralId, more, id)).rejects.toMatchObject({ code: 'state/key-reused' });
    await expect(order(other, {}, id)).rejects.toMatchObject({ code: 'state/key-reused' });
    expect([await countOf(referralId, 'order-packet'), await countOf(other, 'order-packet')]).toEqual([1, 0]);
  });

  it('given many times at once is one packet, also by two processes that share a book', async () => {
    const referralId = await finished();
    const id = randomUUID();
    const second = openDesk(test.desk.id, test.local.ports);
    const caller = await test.as('supervisor');
    const desks = [test.desk, second, test.desk, second, test.desk];
    const all = await Promise.all(desks.map((desk) => desk.orderPacket(caller, referralId, ORDER, id)));
    expect(all.filter(({ isNew }) => isNew)).toHaveLength(1);
    expect(new Set(all.map(({ entry }) => entry.seq)).size).toBe(1);
    expect(await countOf(referralId, 'order-packet')).toBe(1);
  });

  it('under one name for two referrals at once is one of the two', async () => {
    const [one, two] = [await finished(), await finished()];
    const id = randomUUID();
    const settled = await Promise.allSettled([order(one, {}, id), order(two, {}, id)]);
    const refused = settled.flatMap((each) => (each.status === 'rejected' ? [each.reason as { code: string }] : []));
    expect(refused).toMatchObject([{ code: 'state/key-reused' }]);
  });

  it('keeps purpose and legal basis out of the book', async () => {
    const referralId = await finished();
    await order(referralId, { purpose: 'zebra purpose', legalBasis: 'zebra basis' });
    const entries = await test.local.ports.ledger.entries(referralId, 0, 500);
    const rows = await test.local.ports.ledger.list('packets', { limit: 10 });
    expect(JSON.stringify([entries, rows])).not.toContain('zebra');
  });
});

describe('a packet', () => {
  it('is not made, nor taken, before the log covers its order', async () => {
    const referralId = await finished();
    await test.desk.integrate();
    const { packetId } = await order(referralId);
    expect(await test.desk.freezePackets()).toBe(0);
    const investigator = await test.as('investigator');
    await expect(test.desk.takePacket(investigator, packetId)).rejects.toMatchObject({ code: 'state/not-frozen' });
    await expect(test.desk.makeLink(await test.as('supervisor'), packetId)).rejects.toMatchObject({
      code: 'state/not-frozen',
    });
    expect(await test.desk.packet(investigator, packetId)).toMatchObject({ state: 'ordered', releases: [] });
    await test.desk.integrate();
    expect(await test.desk.freezePackets()).toBe(1);
    expect(await test.desk.packet(investigator, packetId)).toMatchObject({ state: 'frozen' });
  });

  it('need not wait for the log where whoever makes it may take its order in, and asks for nothing where none waits', async () => {
    const referralId = await finished();
    await order(referralId);
    let asked = 0;
    const integrate = async (): Promise<void> => {
      asked++;
      await test.desk.integrate();
    };
    expect([await test.desk.freezePackets(integrate), asked]).toEqual([1, 1]);
    expect([await test.desk.freezePackets(integrate), asked]).toEqual([0, 1]);
  });

  it('is made where the log has its order, also when another cannot be taken in', async () => {
    const referralId = await finished();
    const { packetId } = await order(referralId);
    await test.desk.integrate();
    await order(referralId);
    const fails = (): Promise<never> =>
      Promise.reject(new DeskError('log/damaged', 'It is not the one that was signed.'));
    await expect(test.desk.freezePackets(fails)).rejects.toMatchObject({ code: 'log/damaged' });
    expect(await test.desk.packet(await test.as('supervisor'), packetId)).toMatchObject({ state: 'frozen' });
    await test.desk.integrate();
    expect(await test.desk.freezePackets()).toBe(1);
  });

  it('is made once, however often and by however many at once', async () => {
    const referralId = await finished();
    await order(referralId);
    await test.desk.integrate();
    const second = openDesk(test.desk.id, test.local.ports);
    const made = await Promise.all([test.desk, second, test.desk, second].map((desk) => desk.freezePackets()));
    expect(made.reduce((sum, n) => sum + n, 0)).toBe(1);
    expect(await test.desk.freezePackets()).toBe(0);
    expect(await countOf(referralId, 'freeze-packet')).toBe(1);
  });

  it('of an order that cannot be made now does not stop the others', async () => {
    const [broken, fine] = [await finished(), await finished()];
    await order(broken, {}, '00000000-0000-4000-8000-000000000000'); // the first to be tried
    const { packetId } = await order(fine);
    await test.desk.integrate();
    const { ports } = test.local;
    const failing = openDesk(test.desk.id, {
      ...ports,
      keys: {
        ...ports.keys,
        readSecret: (owner) => (owner === broken ? Promise.reject(new Error('stuck')) : ports.keys.readSecret(owner)),
      },
      alarm: () => Promise.reject(new Error('nobody hears')),
    });
    await expect(failing.freezePackets()).rejects.toMatchObject({ code: 'alarm/failed' });
    expect(await test.desk.packet(await test.as('auditor'), packetId)).toMatchObject({ state: 'frozen' });
    expect(await test.desk.freezePackets()).toBe(1);
  });

  it('that cannot be made is told of once for each reason, and tried again at longer and longer intervals', async () => {
    const { packetId } = await order(await finished());
    await test.desk.integrate();
    const { ports } = test.local;
    let code: Code = 'vault/full';
    let isHeard = false;
    let tries = 0;
    const alarms: Alarm[] = [];
    const failing = openDesk(test.desk.id, {
      ...ports,
      vault: {
        ...ports.vault,
        put: () => {
          tries++;
          return Promise.reject(new DeskError(code, 'stuck'));
        },
      },
      alarm: (alarm) => (isHeard ? Promise.resolve(void alarms.push(alarm)) : Promise.reject(new Error('unheard'))),
    });
    const auditor = await test.as('auditor');
    const making = async () => (await failing.packet(auditor, packetId)).making;
    const seconds = (n: number): void => {
      test.clock.addDays(n / 86_400);
    };
    expect(await making()).toBe(undefined);
    await expect(failing.freezePackets()).rejects.toMatchObject({ code: 'alarm/failed' });
    const at = test.clock.now().toISOString();
    expect(await making()).toEqual({ code: 'vault/full', at });
    isHeard = true;
    expect([await failing.freezePackets(), tries, alarms]).toEqual([0, 1, []]); // it rests
    seconds(1);
    await failing.freezePackets(); // told now
    seconds(1);
    await failing.freezePackets(); // it rests two seconds
    seconds(1);
    await failing.freezePackets(); // told already
    const told = { code: 'packet/not-made', where: `packet ${packetId}` };
    expect([tries, alarms]).toMatchObject([3, [told]]);
    seconds(4);
    code = 'vault/failed';
    await failing.freezePackets();
    expect([tries, alarms]).toMatchObject([4, [told, told]]);
    expect(alarms.map(({ message }) => /vault\/\w+/.exec(message)?.[0])).toEqual(['vault/full', 'vault/failed']);
    for (let n = 0; n < 8; n++) {
      seconds(60);
      await failing.freezePackets(); // never longer than a minute
    }
    expect(tries).toBe(12);
    test.clock.addDays(-1);
    await failing.freezePackets();
    expect(tries).toBe(13); // a clock put back does not keep it waiting
    expect((await test.desk.packet(auditor, packetId)).making).toBe(undefined);
    expect(await test.desk.freezePackets()).toBe(1);
    expect([await failing.freezePackets(), await making()]).toEqual([0, undefined]);
  });

  it('holds the chain up to the entry that ordered it, and nothing that came after', async () => {
    const { opened } = await refer(test, [noise('a.jpg', 1000)]);
    const { referralId } = opened;
    const { packetId, entry } = await order(referralId);
    const supervisor = await test.as('supervisor');
    const sha256 = 'ab'.repeat(32);
    const look = { viewer: 'Late Looker', from: '2026-11-22T09:00:00Z', extent: 'full' as const };
    await test.desk.recordView(supervisor, referralId, { ...look, sha256 });
    await test.desk.hold(supervisor, referralId, { reason: 'a later hold', legalBasis: 'a later order' });
    await order(referralId, { purpose: 'a later purpose' });
    await test.desk.integrate();
    await test.desk.freezePackets();
    const files = await unpack(await takeAll(test, packetId));
    const entries = (jsonIn(files, 'custody/chain.json') as Custody).entries.map((text) => parseEntry(text));
    expect(entries).toHaveLength(entry.seq + 1);
    expect(entries.at(-1)).toEqual(entry);
    expect(caseIn(files)).toMatchObject({ asOf: entry.time, views: [], custody: { entries: entry.seq + 1 } });
    const all = Buffer.concat([...files.values()]).toString('latin1');
    for (const later of ['Late Looker', sha256, 'a later'])
      expect([later, all.includes(later)]).toEqual([later, false]);
  });

  it('carries the first checkpoint that covers its order, however late it is made', async () => {
    const referralId = await finished();
    const before = await test.desk.logState();
    const { packetId } = await order(referralId);
    await test.desk.integrate();
    const first = (await test.desk.logState())?.checkpoint;
    for (let n = 0; n < 3; n++) {
      await finished();
      await test.desk.integrate();
    }
    await test.desk.freezePackets();
    const files = await unpack(await takeAll(test, packetId));
    expect(caseIn(files).log?.checkpoint).toBe(first);
    expect((jsonIn(files, 'custody/chain.json') as Custody).checkpoint).toBe(first);
    expect([first === before?.checkpoint, first === (await test.desk.logState())?.checkpoint]).toEqual([false, false]);
  });

  it('is the same to the byte whenever it is made: at once, after much has happened, and after a restart', async () => {
    const { opened } = await refer(test, [noise('a.jpg', 1_300_000), noise('b.mp4', 10)]);
    const { referralId } = opened;
    const { packetId } = await order(referralId);
    await test.desk.integrate();
    const atOnce = await composeNow(packetId);
    const supervisor = await test.as('supervisor');
    const look = { viewer: 'Noa', from: '2026-11-22T09:00:00Z', extent: 'full' as const, sha256: 'cd'.repeat(32) };
    test.clock.addDays(1);
    await test.desk.recordView(supervisor, referralId, look);
    await test.desk.hold(supervisor, referralId, { reason: 'a case', legalBasis: 'an order' });
    const otherDesk = openDesk(test.desk.id, {
      ...test.local.ports,
      ledger: {
        ...test.local.ports.ledger,
        list: async (list, page) => {
          const found = await test.local.ports.ledger.list(list, page);
          return { ...found, items: found.items.filter(({ id }) => id !== packetId) };
        },
      },
    });
    const other = await order(referralId, { purpose: 'another' });
    await test.desk.integrate();
    expect(await otherDesk.freezePackets()).toBe(1); // the other packet only
    await takeAll(test, other.packetId);
    test = await test.reopen();
    expect((await composeNow(packetId)).equals(atOnce)).toBe(true);
    expect(await test.desk.freezePackets()).toBe(1);
    const taken = await takeAll(test, packetId);
    expect(taken.equals(atOnce)).toBe(true);
    expect((await takeAll(test, packetId)).equals(atOnce)).toBe(true);
  });

  it('of which there are two of one referral is each for its own order', async () => {
    const referralId = await finished();
    const [one, two] = [await pack(test, referralId), await pack(test, referralId)];
    const [first, second] = [await takeAll(test, one), await takeAll(test, two)];
    const cases = await Promise.all([first, second].map(async (bytes) => caseIn(await unpack(bytes))));
    expect(cases.map(({ packet }) => packet?.id)).toEqual([one, two]);
    expect(cases[0]?.exhibits).toEqual(cases[1]?.exhibits);
    expect((cases[1]?.custody.entries ?? 0) > (cases[0]?.custody.entries ?? 0)).toBe(true);
  });

  it('of a referral that is being destroyed is not made any more', async () => {
    const referralId = await finished();
    const { packetId } = await order(referralId);
    test.clock.addDays(400);
    const request = { reason: 'over', legalBasis: 'order 3' };
    const { destructionId } = await test.desk.requestDestruction(await test.as('supervisor'), referralId, request);
    await test.desk.approveDestruction(await test.as('supervisor2'), referralId, destructionId);
    await test.desk.integrate();
    expect(await test.desk.freezePackets()).toBe(0);
    const taken = test.desk.takePacket(await test.as('investigator'), packetId);
    await expect(taken).rejects.toMatchObject({ code: 'absent/destroyed' });
    await expect(order(referralId)).rejects.toMatchObject({ code: 'state/not-open' });
    expect((await test.desk.watch()).findings).toEqual([]);
  });

  it('of a referral that is destroyed while it is being made is nothing that failed', async () => {
    const referralId = await finished();
    await order(referralId);
    await test.desk.integrate();
    test.clock.addDays(400);
    const [one, two] = [await test.as('supervisor'), await test.as('supervisor2')];
    const { ports } = test.local;
    let isGone = false;
    const racing = openDesk(test.desk.id, {
      ...ports,
      vault: {
        ...ports.vault,
        put: async (...args) => {
          if (!isGone) {
            isGone = true;
            const { destructionId } = await test.desk.requestDestruction(one, referralId, {
              reason: 'over',
              legalBasis: 'order 3',
            });
            await test.desk.approveDestruction(two, referralId, destructionId);
          }
          return ports.vault.put(...args);
        },
      },
      alarm: () => Promise.reject(new Error('nobody is to be told')),
    });
    expect([await racing.freezePackets(), isGone]).toEqual([0, true]);
  });

  it('is not ordered of more exhibits than an archive holds', async () => {
    const referralId = await finished();
    const { ports } = test.local;
    const withExhibits = (count: number) =>
      openDesk(test.desk.id, {
        ...ports,
        ledger: {
          ...ports.ledger,
          head: async (chain) => {
            const head = await ports.ledger.head(chain);
            return head === undefined || chain !== referralId ? head : { ...head, seq: count + 2 };
          },
          list: async (list, { after, limit }) => {
            if (list !== `attachments/${referralId}`) return ports.ledger.list(list, { after, limit });
            const { items } = await ports.ledger.list(list, { limit: 1 });
            const from = Number(after ?? 0);
            const here = Math.min(limit, count - from);
            const all = Array.from({ length: here }, () => items).flat();
            return { items: all, ...(from + here < count ? { next: String(from + here) } : {}) };
          },
          commit: () => Promise.reject(new DeskError('ledger/full', 'far enough')),
        },
      });
    const supervisor = await test.as('supervisor');
    const tooMany = withExhibits(249_901).orderPacket(supervisor, referralId, ORDER);
    await expect(tooMany).rejects.toMatchObject({ code: 'state/too-many' });
    const asMany = withExhibits(249_900).orderPacket(supervisor, referralId, ORDER);
    await expect(asMany).rejects.toMatchObject({ code: 'ledger/full' });
  });

  it('is signed by the key that the desk has when it is made, also where the keys were replaced since its order', async () => {
    const { packetId } = await order(await finished());
    await test.desk.rotateKey(await test.as('operator'), 'packets');
    await test.desk.integrate();
    await test.desk.freezePackets();
    const files = await unpack(await takeAll(test, packetId));
    const [newest] = (await test.desk.trust()).keys.filter(({ purpose }) => purpose === 'packets').slice(-1);
    expect(jsonIn(files, 'signature.json')).toMatchObject({ keyId: newest?.id });
  });

  it('holds the referral byte for byte as it was sent', async () => {
    const { bytes, body } = await packed(test, [noise('a.jpg', 10)]);
    expect((await unpack(bytes)).get('data/referral.json')?.equals(body)).toBe(true);
  });

  it('has nowhere by what name its sender calls the referral', async () => {
    const reporter = await test.as('reporter');
    const name = 'a name that only its sender knows';
    const { referralId } = await test.desk.open(reporter, referralBody([]), name);
    await test.desk.finish(reporter, referralId);
    const files = await unpack(await takeAll(test, await pack(test, referralId)));
    expect(files.size).toBeGreaterThan(5);
    const texts = [...files].map(([path, content]) => [path, content.includes(name)]);
    expect(texts).toEqual(texts.map(([path]) => [path, false]));
    expect(bare(readPdf(files.get('data/summary.pdf') ?? Buffer.alloc(0)).whole)).not.toContain(bare(name));
  });
});
