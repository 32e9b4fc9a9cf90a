// A packet on a desk that hands out bytes by itself: nothing large is written to make it, and every stretch is that of the whole.
import { createHash, randomInt } from 'node:crypto';
import { Decrypter, generateX25519Identity, identityToRecipient } from 'age-encryption';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { assemble, SETTINGS, type Core } from '../../../lib/core.ts';
import { parseEntry } from '../../../lib/custody.ts';
import { digestsHere } from '../../../lib/digests.ts';
import { openDesk, type Desk } from '../../../lib/index.ts';
import { enterDigests } from '../../../lib/packet/delivered-digests.ts';
import { frozenBytes } from '../../../lib/packet/frozen.ts';
import { openInParts, sealInParts } from '../../../lib/packet/in-parts.ts';
import { IN_PARTS_LIST, readPacket } from '../../../lib/packet/record.ts';
import type { DigestsBeside, ObjectRecord, Ports, Vault } from '../../../lib/ports.ts';
import { freshDesk, gather, noise, type TestDesk } from '../../material.ts';
import { ORDER, pack, packed, takeAll } from './material.ts';

const MIB = 1024 * 1024;
const FILES = [
  noise('a.mp4', 3 * MIB + 17),
  noise('b.jpg', 0),
  noise('c.jpg', 70_000),
  noise('d.jpg', 1),
  noise('e.bin', MIB),
];

interface Made {
  readonly packetId: string;
  /** As it was taken whole. */
  readonly bytes: Buffer;
}

let test: TestDesk;
let referralId: string;
let identity: string;
let made: { readonly plain: Made; readonly age: Made };

beforeAll(async () => {
  test = await freshDesk();
  const first = await packed(test, FILES);
  ({ referralId } = first);
  identity = await generateX25519Identity();
  const agency = { id: 'example-police', name: 'Example Police', ageRecipient: await identityToRecipient(identity) };
  await test.desk.addAgency(await test.as('operator'), agency);
  const packetId = await pack(test, referralId, undefined, { ...ORDER, agency: agency.id });
  made = { plain: first, age: { packetId, bytes: await taken(test.desk, packetId) } };
});
afterAll(() => test.end());

async function taken(desk: Desk, packetId: string, offset?: number, sizeBytes = 0): Promise<Buffer> {
  const choose = () => (offset === undefined ? undefined : { offset, sizeBytes });
  return gather((await desk.takePacket(await test.as('supervisor'), packetId, choose)).bytes);
}

async function objectsOf(act: string): Promise<readonly ObjectRecord[]> {
  const entries = await test.local.ports.ledger.entries(referralId, 0, 500);
  return entries.filter(({ text }) => parseEntry(text).act === act).map(({ objects }) => objects[0] as ObjectRecord);
}

function parts(): { readonly ports: Ports; readonly core: Core } {
  const { ports } = test.local;
  return { ports, core: assemble(test.desk.id, ports, SETTINGS) };
}

/** The same desk over a vault that is changed so. */
function over(change: (vault: Vault) => Partial<Vault>): Desk {
  const { ports } = test.local;
  return openDesk(test.desk.id, { ...ports, vault: { ...ports.vault, ...change(ports.vault) } });
}

/** The same, and what it alarms about. */
function alarming(change: (vault: Vault) => Partial<Vault>): { readonly desk: Desk; readonly alarms: string[] } {
  const alarms: string[] = [];
  const { ports } = test.local;
  const alarm: Ports['alarm'] = ({ code }) => Promise.resolve(void alarms.push(code));
  return {
    desk: openDesk(test.desk.id, { ...ports, vault: { ...ports.vault, ...change(ports.vault) }, alarm }),
    alarms,
  };
}

async function order(): Promise<{ readonly packetId: string }> {
  const { packetId } = await test.desk.orderPacket(await test.as('supervisor'), referralId, ORDER);
  await test.desk.integrate();
  return { packetId };
}

/** One bit of an object is another. */
const harming =
  ({ place }: ObjectRecord, at: number) =>
  (vault: Vault): Partial<Vault> => ({
    get: async function* (name, range = { offset: 0, sizeBytes: Infinity }) {
      let offset = range.offset;
      for await (const chunk of vault.get(name, range)) {
        const wrong = place.offset + at - offset;
        if (name === place.name && wrong >= 0 && wrong < chunk.length) chunk[wrong] = (chunk[wrong] ?? 0) ^ 1;
        offset += chunk.length;
        yield chunk;
      }
    },
  });

describe('a packet kept in parts', () => {
  it('takes no more room than what is its own', async () => {
    const objects = await objectsOf('freeze-packet');
    expect(objects).toHaveLength(2);
    for (const { place } of objects) expect(place.sizeBytes).toBeLessThan(500_000);
    expect(made.plain.bytes.length).toBeGreaterThan(4 * MIB);
  });

  it.each(['plain', 'age'] as const)('has the size and the SHA-256 that were entered: %s', async (which) => {
    const { packetId, bytes } = made[which];
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    const status = await test.desk.packet(await test.as('auditor'), packetId);
    expect(status).toMatchObject({ sizeBytes: bytes.length, sha256 });
  });

  it('holds the same packet inside where it is encrypted', async () => {
    const { plain } = await test.desk.packet(await test.as('auditor'), made.age.packetId);
    const decrypter = new Decrypter();
    decrypter.addIdentity(identity);
    const inside = Buffer.from(await decrypter.decrypt(made.age.bytes));
    const sha256 = createHash('sha256').update(inside).digest('hex');
    expect(plain).toEqual({ sizeBytes: inside.length, sha256 });
  });

  it.each(['plain', 'age'] as const)('is the same in every stretch: %s', async (which) => {
    const { packetId, bytes } = made[which];
    const exhibits = FILES.flatMap(({ bytes: file }) => {
      const at = made.plain.bytes.indexOf(file.subarray(0, 64));
      return file.length < 64 ? [] : [at, at + file.length];
    });
    const { core } = parts();
    const { read } = await frozenBytes(core, await readPacket(core, packetId));
    const edges = [0, ...exhibits, MIB, bytes.length - 1].flatMap((at) => [at - 1, at, at + 1]);
    const starts = edges.filter((at) => at >= 0 && at < bytes.length);
    const stretches = [
      ...starts.flatMap((at) => [1, 2, 70_000].map((size) => [at, size] as const)),
      ...Array.from({ length: 20 }, () => [randomInt(bytes.length), 1 + randomInt(2 * MIB)] as const),
    ];
    for (const [offset, sizeBytes] of stretches) {
      const found = await gather(read({ offset, sizeBytes: Math.min(sizeBytes, bytes.length - offset) }));
      expect([offset, sizeBytes, found.equals(bytes.subarray(offset, offset + sizeBytes))]).toEqual([
        offset,
        sizeBytes,
        true,
      ]);
    }
  });

  it('stops before a byte of an exhibit that was altered, and hands out what does not lie in it', async () => {
    const [exhibit] = await objectsOf('attach');
    const at = made.plain.bytes.indexOf((FILES[0]?.bytes ?? Buffer.alloc(0)).subarray(0, 64));
    const harmed = over(harming(exhibit as ObjectRecord, 2 * MIB + 500_000));
    const { packetId, bytes } = made.plain;
    const got: Buffer[] = [];
    const { bytes: coming } = await harmed.takePacket(await test.as('supervisor'), packetId);
    const all = (async () => {
      for await (const piece of coming) got.push(Buffer.from(piece));
    })();
    await expect(all).rejects.toMatchObject({ code: 'sealed/damaged' });
    expect(Buffer.concat(got).equals(bytes.subarray(0, at + 2 * MIB))).toBe(true);
    const size = bytes.length - (at + 3 * MIB);
    expect((await taken(harmed, packetId, at + 3 * MIB, size)).equals(bytes.subarray(at + 3 * MIB))).toBe(true);
  });

  it.each([
    ['the list', 100],
    ['its own bytes', 5000],
  ])('hands out nothing where %s was altered', async (_name, at) => {
    const [frame] = await objectsOf('freeze-packet');
    const harmed = over(harming(frame as ObjectRecord, at));
    await expect(taken(harmed, made.plain.packetId)).rejects.toMatchObject({ code: 'sealed/damaged' });
  });

  it('leaves no file open when it is taken no further', async () => {
    let [opened, closed] = [0, 0];
    const counting = over((vault) => ({
      async *get(name, range) {
        opened++;
        try {
          yield* vault.get(name, range);
        } finally {
          closed++;
        }
      },
    }));
    for (const pieces of [1, 30, 44]) {
      const { bytes } = await counting.takePacket(await test.as('supervisor'), made.plain.packetId);
      const each = bytes[Symbol.asyncIterator]();
      for (let n = 0; n < pieces; n++) await each.next();
      await each.return?.();
      expect(opened).toBeGreaterThan(0);
      expect(closed).toBe(opened);
    }
  });

  it('is not made of an exhibit that the book would not find', async () => {
    const { packetId } = await order();
    const [lost] = await objectsOf('attach');
    const alarms: string[] = [];
    const { ports } = test.local;
    const desk = openDesk(test.desk.id, {
      ...ports,
      ledger: {
        ...ports.ledger,
        entryOfObject: (id) => (id === lost?.id ? Promise.resolve(undefined) : ports.ledger.entryOfObject(id)),
      },
      alarm: ({ code }) => Promise.resolve(void alarms.push(code)),
    });
    expect(await desk.freezePackets()).toBe(0);
    expect(alarms).toEqual(['packet/not-made']);
    const stateOf = async (): Promise<string> => (await test.desk.packet(await test.as('auditor'), packetId)).state;
    expect(await stateOf()).toBe('ordered');
    await test.desk.freezePackets();
    expect(await stateOf()).toBe('frozen');
    await test.desk.digestPackets();
  });

  it('costs no link where the file of an exhibit is missing or too short', async () => {
    const [, , exhibit] = await objectsOf('attach');
    const { place } = exhibit as ObjectRecord;
    const { token } = await test.desk.makeLink(await test.as('supervisor'), made.age.packetId);
    const stated = (sizeBytes: number | undefined) =>
      over((vault) => ({
        stat: async (name) => {
          const found = await vault.stat(name);
          return name !== place.name || !found ? found : sizeBytes === undefined ? undefined : { ...found, sizeBytes };
        },
      }));
    await expect(stated(undefined).takeByLink(token)).rejects.toMatchObject({ code: 'vault/absent' });
    await expect(stated(100).takeByLink(token)).rejects.toMatchObject({ code: 'vault/damaged' });
    expect((await gather((await test.desk.takeByLink(token)).bytes)).equals(made.age.bytes)).toBe(true);
  });

  it.each([
    ['larger', -1],
    ['smaller', 1],
  ])('hands out none of an exhibit that is %s than its list says', async (_name, by) => {
    const { ports, core } = parts();
    const [object] = await objectsOf('attach');
    const exhibit = object as ObjectRecord;
    const size = 3 * MIB + 17 + by;
    const places = [{ offset: 3, sizeBytes: size, object: exhibit.id }];
    async function* frame(): AsyncGenerator<Uint8Array> {
      yield await Promise.resolve(Buffer.from('abcdef'));
    }
    const chain = { owner: referralId, secret: await ports.keys.readSecret(referralId) };
    const told = { sizeBytes: size + 6, frame, places };
    const { object: sealed, listBytes } = await sealInParts(core, chain, told);
    const over = { ...ports.ledger, entryOfObject: () => ports.ledger.entryOfObject(exhibit.id) };
    const kept = { object: sealed.record, listBytes };
    const coming = openInParts({ ...core, ledger: over }, kept, { offset: 0, sizeBytes: size + 6 });
    await expect(gather(coming)).rejects.toMatchObject({ code: 'sealed/damaged' });
  });

  it.each([
    ['is missing', 'vault/absent', () => undefined],
    ['is too short', 'vault/damaged', (found: object) => ({ ...found, sizeBytes: 100 })],
  ] as const)('is not made of an exhibit that %s', async (_name, code, changed) => {
    const [exhibit] = await objectsOf('attach');
    const { packetId } = await order();
    const { desk, alarms } = alarming((vault) => ({
      stat: async (name) => {
        const found = await vault.stat(name);
        return name !== exhibit?.place.name || !found ? found : (changed(found) as typeof found | undefined);
      },
    }));
    expect(await desk.freezePackets()).toBe(0);
    expect(alarms).toEqual(['packet/not-made']);
    expect((await desk.packet(await test.as('auditor'), packetId)).making?.code).toBe(code);
    expect(await test.desk.freezePackets()).toBe(1);
    expect((await takeAll(test, packetId)).length).toBeGreaterThan(4 * MIB);
  });
});

describe('the digests of a packet in parts', () => {
  const statusOf = async (packetId: string) => test.desk.packet(await test.as('auditor'), packetId);
  const countOf = async (act: string): Promise<number> => (await objectsOf(act)).length;
  const made = async (): Promise<string> => {
    const { packetId } = await order();
    expect(await test.desk.freezePackets()).toBe(1);
    return packetId;
  };
  const hex = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');

  it('are not said before anybody has read all of it, nor by a stretch, nor by a taking that was given up', async () => {
    const packetId = await made();
    const { sizeBytes = 0, state } = await statusOf(packetId);
    await taken(test.desk, packetId, 1, sizeBytes - 1);
    await taken(test.desk, packetId, 0, sizeBytes - 1);
    const { bytes } = await test.desk.takePacket(await test.as('supervisor'), packetId);
    const each = bytes[Symbol.asyncIterator]();
    for (let n = 0; n < 5; n++) await each.next();
    await each.return?.();
    const { sha256, plain } = await statusOf(packetId);
    expect({ state, sha256, plain }).toEqual({ state: 'frozen' });
    expect(await test.desk.digestPackets()).toBe(1);
  });

  it('are entered by who takes all of it first, and once', async () => {
    const packetId = await made();
    const before = await countOf('digest-packet');
    const [one, other] = await Promise.all([taken(test.desk, packetId), taken(test.desk, packetId)]);
    expect(await statusOf(packetId)).toMatchObject({ sha256: hex(one), sizeBytes: one.length });
    expect(hex(other)).toBe(hex(one));
    await taken(test.desk, packetId);
    expect(await test.desk.digestPackets()).toBe(0);
    expect(await countOf('digest-packet')).toBe(before + 1);
  });

  it('are entered by who takes it by a link', async () => {
    const packetId = await made();
    const { token } = await test.desk.makeLink(await test.as('supervisor'), packetId);
    const bytes = await gather((await test.desk.takeByLink(token)).bytes);
    expect((await statusOf(packetId)).sha256).toBe(hex(bytes));
  });

  it('are entered by the desk where nobody takes it, and are those of what is taken then', async () => {
    const packetId = await made();
    const record = await readPacket(parts().core, packetId);
    const earlier = (record.frozen?.seq ?? 0) - 1; // of a packet that was made anew meanwhile
    expect(await enterDigests(parts().core, record, earlier, { sha256: '0'.repeat(64) })).toBe(false);
    expect(await test.desk.digestPackets()).toBe(1);
    const { sha256, releases } = await statusOf(packetId);
    expect([sha256, releases]).toEqual([hex(await taken(test.desk, packetId)), []]);
    expect((await test.desk.watch()).findings).toEqual([]);
  });

  it('are left to who waited for it, for as long as taking it takes, and no longer', async () => {
    const packetId = await made();
    const { sizeBytes = 0 } = await statusOf(packetId);
    const wait = (ms: number): void => {
      test.clock.addDays(ms / 86_400_000);
    };
    const { bytes } = await test.desk.takePacket(await test.as('supervisor'), packetId);
    const slow = bytes[Symbol.asyncIterator]();
    await slow.next();
    expect(await test.desk.digestPackets({ isAtOnce: false })).toBe(0);
    wait(1499 + Math.floor(sizeBytes / 200_000));
    expect(await test.desk.digestPackets({ isAtOnce: false })).toBe(0);
    wait(2);
    expect(await test.desk.digestPackets({ isAtOnce: false })).toBe(1);
    await slow.return?.();
    await made();
    wait(-60_000);
    expect(await test.desk.digestPackets({ isAtOnce: false })).toBe(1);
  });

  it('are found another time where the desk is closed while it reads, with no file left open', async () => {
    const packetId = await made();
    const stopping = new AbortController();
    let [opened, closed] = [0, 0];
    const { desk, alarms } = alarming((vault) => ({
      async *get(name, range) {
        opened++;
        stopping.abort();
        try {
          yield* vault.get(name, range);
        } finally {
          closed++;
        }
      },
    }));
    expect(await desk.digestPackets({ signal: stopping.signal })).toBe(0);
    expect([opened > 0, opened - closed, alarms]).toEqual([true, 0, []]);
    expect((await statusOf(packetId)).sha256).toBeUndefined();
    expect(await desk.digestPackets({ signal: stopping.signal })).toBe(0);
    expect(await test.desk.digestPackets()).toBe(1);
  });

  it('are sealed once, by however many they are found at the same time, and nothing is sealed of what cannot be made', async () => {
    const notesOf = async (): Promise<number> => (await test.desk.watch()).notes.length;
    const before = await notesOf();
    const packetId = await made();
    await taken(test.desk, packetId);
    const record = await readPacket(parts().core, packetId);
    expect(await enterDigests(parts().core, record, record.frozen?.seq ?? -1, { sha256: '0'.repeat(64) })).toBe(false);
    await order();
    const { desk } = alarming(() => ({ stat: () => Promise.resolve(undefined) }));
    expect(await desk.freezePackets()).toBe(0);
    expect(await notesOf()).toBe(before);
    expect(await test.desk.freezePackets()).toBe(1);
    expect(await test.desk.digestPackets()).toBe(1);
  });

  it('are never said of one with an exhibit that was altered: somebody is told, and it is tried again', async () => {
    const [exhibit] = await objectsOf('attach');
    const packetId = await made();
    const { desk, alarms } = alarming(harming(exhibit as ObjectRecord, MIB + 500_000));
    expect([await desk.digestPackets(), await desk.digestPackets(), alarms]).toEqual([0, 0, ['packet/not-read']]);
    const { making, sha256, state } = await desk.packet(await test.as('auditor'), packetId);
    expect([making?.code, sha256, state]).toEqual(['sealed/damaged', undefined, 'frozen']);
    await expect(taken(desk, packetId)).rejects.toMatchObject({ code: 'sealed/damaged' });
    expect((await statusOf(packetId)).sha256).toBeUndefined();
    expect(await test.desk.digestPackets()).toBe(1);
    expect((await statusOf(packetId)).sha256).toBe(hex(await taken(test.desk, packetId)));
  });

  it('are not entered of one whose referral is destroyed while it is read, which is nothing that failed', async () => {
    const other = await freshDesk();
    const { referralId } = await packed(other, [noise('f.jpg', 300_000)]);
    const packetId = await pack(other, referralId);
    const { ports } = other.local;
    const core = assemble(other.desk.id, ports, SETTINGS);
    const record = await readPacket(core, packetId);
    other.clock.addDays(400);
    const [one, two] = [await other.as('supervisor'), await other.as('supervisor2')];
    let isGone = false;
    const racing = openDesk(other.desk.id, {
      ...ports,
      vault: {
        ...ports.vault,
        async *get(...args) {
          if (!isGone) {
            isGone = true;
            const why = { reason: 'over', legalBasis: 'order 3' };
            const { destructionId } = await other.desk.requestDestruction(one, referralId, why);
            await other.desk.approveDestruction(two, referralId, destructionId);
          }
          yield* ports.vault.get(...args);
        },
      },
      alarm: () => Promise.reject(new Error('nobody is to be told')),
    });
    expect([await racing.digestPackets(), isGone]).toEqual([0, true]);
    expect(await enterDigests(core, record, record.frozen?.seq ?? -1, { sha256: '0'.repeat(64) })).toBe(false);
    expect(await other.desk.digestPackets()).toBe(0);
    await other.end();
  });
});

describe('a desk that lends what is sealed', () => {
  const lend = () => Promise.resolve({ url: 'http://127.0.0.1/', expiresAt: new Date() });
  const lending = (): Desk => over(() => ({ lend }));
  const statusOf = async ({ packetId }: Made) => test.desk.packet(await test.as('auditor'), packetId);

  it('hands out none that is kept in parts, by no door, and uses no link up for it', async () => {
    const supervisor = await test.as('supervisor');
    const { token } = await test.desk.makeLink(supervisor, made.plain.packetId);
    const waiting = { code: 'state/not-frozen' };
    await expect(lending().lendPacket(supervisor, made.plain.packetId)).rejects.toMatchObject(waiting);
    await expect(lending().takePacket(supervisor, made.plain.packetId)).rejects.toMatchObject(waiting);
    await expect(lending().takeByLink(token)).rejects.toMatchObject(waiting);
    expect((await gather((await test.desk.takeByLink(token)).bytes)).equals(made.plain.bytes)).toBe(true);
  });

  it('makes none whole of an exhibit that was altered', async () => {
    const [exhibit] = await objectsOf('attach');
    const harmed = over((vault) => ({ ...harming(exhibit as ObjectRecord, MIB + 500_000)(vault), lend }));
    expect(await harmed.freezePackets()).toBe(0);
    expect(test.alarms.map(({ code }) => code)).toContain('packet/not-made');
    expect((await taken(test.desk, made.plain.packetId)).equals(made.plain.bytes)).toBe(true);
  });

  it('makes none whole whose bytes are not those that were entered', async () => {
    const other = await freshDesk();
    const { referralId } = await packed(other, [noise('f.jpg', 3000)]);
    const { ports, desk } = other.local;
    await desk.orderPacket(await other.as('supervisor'), referralId, ORDER);
    await desk.integrate();
    const digestsBeside = ((names) => ({
      ...digestsHere(names),
      end: () => Promise.resolve({ sha256: '0'.repeat(64) }),
    })) as DigestsBeside;
    expect(await desk.freezePackets()).toBe(1);
    expect(await openDesk(desk.id, { ...ports, digestsBeside }).digestPackets()).toBe(1);
    const alarms: string[] = [];
    const alarm: Ports['alarm'] = ({ code }) => Promise.resolve(void alarms.push(code));
    const vault = { ...ports.vault, lend };
    expect(await openDesk(desk.id, { ...ports, vault, alarm }).freezePackets()).toBe(1); // the one that was made honestly
    expect(alarms).toEqual(['packet/not-made']);
    await other.end();
  });

  it('makes the others whole: the very same bytes under another name, which can be lent', async () => {
    const before = [await statusOf(made.plain), await statusOf(made.age)];
    const supervisor = await test.as('supervisor');
    const etagOf = async ({ packetId }: Made) => (await test.desk.takePacket(supervisor, packetId)).etag;
    const name = await etagOf(made.plain);
    const { items } = await test.local.ports.ledger.list(IN_PARTS_LIST, { limit: 50 });
    expect(await lending().freezePackets()).toBe(items.length);
    expect(await lending().freezePackets()).toBe(0);
    for (const [n, one] of [made.plain, made.age].entries()) {
      const { sizeBytes, lent } = await lending().lendPacket(supervisor, one.packetId);
      expect(lent.place.sizeBytes).toBeGreaterThan(sizeBytes);
      expect((await taken(test.desk, one.packetId)).equals(one.bytes)).toBe(true);
      const { sha256, plain } = await statusOf(one);
      expect({ sha256, plain }).toEqual({ sha256: before[n]?.sha256, plain: before[n]?.plain });
    }
    expect(await etagOf(made.plain)).not.toBe(name);
    expect(await test.desk.watch()).toMatchObject({ findings: [] });
  });

  it('keeps packets whole from the beginning', async () => {
    const supervisor = await test.as('supervisor');
    for (const agency of ['europol', 'example-police']) {
      const { packetId } = await lending().orderPacket(supervisor, referralId, { ...ORDER, agency });
      await lending().integrate();
      expect(await lending().freezePackets()).toBe(1);
      const { sizeBytes, lent } = await lending().lendPacket(supervisor, packetId);
      expect(lent.place.sizeBytes).toBeGreaterThan(sizeBytes);
    }
  });
});
