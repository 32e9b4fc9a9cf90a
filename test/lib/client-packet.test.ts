// A packet on its way through the client: whole however often the connection is cut, or an error, never a shorter file.
import { describe, expect, it } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import { deskClient, takeWhole, waitForDigest, waitForPacket, type TakeOptions } from '../../lib/client/index.ts';
import { DeskError } from '../../lib/errors.ts';
import { createApi } from '../../lib/http/index.ts';
import { isCode, openDesk, type PacketStatus } from '../../lib/index.ts';
import { freshDesk, gather, noise, refer, stream } from '../material.ts';
import { ORDER, packed } from './packet/material.ts';

const ID = '00000000-0000-4000-8000-000000000000';
const BYTES = randomBytes(10_000);

/** How one answer is given: how many of its bytes come before the connection is cut; all of them without a number. */
type Play = number | 'all' | 'refused' | 'elsewhere' | 'another' | 'nothing' | 'more' | 'remade';

interface Played {
  readonly asked: string[];
  /** What each request said of the bytes before. */
  readonly named: (string | null)[];
  /** How many bodies were given up unread. */
  readonly cancelled: () => number;
  readonly waits: number[];
  take(options?: TakeOptions): AsyncGenerator<Uint8Array>;
}

/** A desk that answers so, call by call; the last goes on for ever. */
function playing(...plays: readonly Play[]): Played {
  const asked: string[] = [];
  const named: (string | null)[] = [];
  let cancelled = 0;
  const waits: number[] = [];
  const pause = (ms: number): Promise<void> => Promise.resolve(void waits.push(ms));
  const fetch = (request: Request): Promise<Response> => {
    const range = request.headers.get('range') ?? '';
    asked.push(range);
    named.push(request.headers.get('if-range'));
    const play = plays[Math.min(asked.length, plays.length) - 1] ?? 'all';
    if (play === 'refused') return Promise.reject(new TypeError('fetch failed'));
    const [, first = 0, last = 0] = /^bytes=(\d+)-(\d+)$/.exec(range)?.map(Number) ?? [];
    const at = play === 'elsewhere' ? first + 1 : first;
    const all = play === 'nothing' ? BYTES.subarray(0, 0) : BYTES.subarray(at, last + 1 + (play === 'more' ? 1 : 0));
    const headers = {
      'Content-Length': String(all.length),
      ETag: play === 'remade' ? '"second"' : '"first"',
      'Content-Range': `bytes ${at}-${last}/${play === 'another' ? 5 : BYTES.length}`,
    };
    return Promise.resolve(
      new Response(
        bodyOf(all, typeof play === 'number' ? play : undefined, () => cancelled++),
        { status: 206, headers },
      ),
    );
  };
  const client = deskClient({ fetch, key: 'k', tries: 1, pause });
  return {
    asked,
    named,
    waits,
    cancelled: () => cancelled,
    take: (options) => takeWhole(client, ID, BYTES.length, { pause, ...options }),
  };
}

function bodyOf(bytes: Uint8Array, cutAfter: number | undefined, onCancel: () => void): ReadableStream {
  const sent = [bytes.slice(0, cutAfter ?? bytes.length)].filter(({ length }) => length > 0);
  return new ReadableStream({
    cancel: onCancel,
    pull: (controller) => {
      const piece = sent.shift();
      if (piece !== undefined) controller.enqueue(piece);
      else if (cutAfter === undefined) controller.close();
      else controller.error(new TypeError('terminated'));
    },
  });
}

describe('taking a packet', () => {
  it('asks for all of it in one stretch, where that is small enough', async () => {
    const played = playing('all');
    expect((await gather(played.take())).equals(BYTES)).toBe(true);
    expect(played.asked).toEqual(['bytes=0-9999']);
  });

  it('asks stretch by stretch, the last one shorter', async () => {
    const played = playing('all');
    expect((await gather(played.take({ stretchBytes: 4000 }))).equals(BYTES)).toBe(true);
    expect(played.asked).toEqual(['bytes=0-3999', 'bytes=4000-7999', 'bytes=8000-9999']);
  });

  it('goes on from where it was cut, and yields each byte once', async () => {
    const played = playing(100, 'refused', 1, 0, 4000, 'all');
    expect((await gather(played.take())).equals(BYTES)).toBe(true);
    const starts = [0, 100, 100, 101, 101, 4101];
    expect(played.asked).toEqual(starts.map((at) => `bytes=${at}-9999`));
  });

  it('goes on from what an earlier try had brought, and asks for nothing that is there', async () => {
    const played = playing('all');
    expect((await gather(played.take({ from: 9999 }))).equals(BYTES.subarray(9999))).toBe(true);
    expect(played.asked).toEqual(['bytes=9999-9999']);
    expect(await gather(playing('refused').take({ from: BYTES.length }))).toHaveLength(0);
  });

  it('is cut any number of times as long as something comes', async () => {
    const played = playing(...Array.from({ length: 200 }, () => 50));
    expect((await gather(played.take({ tries: 2 }))).equals(BYTES)).toBe(true);
    expect(played.asked).toHaveLength(200);
  });

  it.each<[Play, string]>([
    ['elsewhere', 'desk/other-bytes'],
    ['nothing', 'desk/other-bytes'],
    ['more', 'desk/other-bytes'],
    ['another', 'state/packet-changed'],
  ])(
    'ends at once on other bytes than were asked for, fetches no more of them, and does not ask again (%s)',
    async (play, code) => {
      const played = playing(play);
      const pieces: Uint8Array[] = [];
      const taking = async (): Promise<void> => {
        for await (const piece of played.take({ stretchBytes: 4000 })) pieces.push(piece);
      };
      await expect(taking()).rejects.toMatchObject({ code });
      expect([played.asked.length, played.waits, played.cancelled()]).toEqual([1, [], play === 'nothing' ? 0 : 1]);
      expect(Buffer.concat(pieces).length).toBeLessThanOrEqual(4000);
    },
  );

  it('hands on no more than was asked for, whatever the desk announced', async () => {
    const range = { offset: 0, sizeBytes: 5 };
    const more = { packetId: ID, sizeBytes: 10, etag: 'x', range, bytes: stream(Buffer.alloc(6)) };
    const pieces: Uint8Array[] = [];
    const taking = async (): Promise<void> => {
      const taken = takeWhole({ takePacket: () => Promise.resolve(more) }, ID, 10, { stretchBytes: 5 });
      for await (const piece of taken) pieces.push(piece);
    };
    await expect(taking()).rejects.toMatchObject({ code: 'desk/other-bytes' });
    expect(pieces).toEqual([]);
  });

  it('goes on with the same making only: its name goes with every later request', async () => {
    const played = playing(100, 'all', 'all');
    await gather(played.take({ stretchBytes: 6000 }));
    expect(played.named).toEqual([null, '"first"', '"first"']);
    const known = playing('all');
    await gather(known.take({ from: 500, etag: 'first' }));
    expect(known.named).toEqual(['"first"']);
    const changed = playing(100, 'remade');
    await expect(gather(changed.take())).rejects.toMatchObject({ code: 'state/packet-changed' });
    expect([changed.asked.length, changed.cancelled()]).toEqual([2, 1]);
    await expect(gather(playing('all').take({ etag: 'older' }))).rejects.toMatchObject({
      code: 'state/packet-changed',
    });
  });

  it('fetches no more where whoever takes it stops', async () => {
    let isCancelled = false;
    const endless = new ReadableStream<Uint8Array>({
      pull: (controller) => {
        controller.enqueue(new Uint8Array(10));
      },
      cancel: () => {
        isCancelled = true;
      },
    });
    const headers = { 'Content-Length': '1000', 'Content-Range': 'bytes 0-999/1000' };
    const client = deskClient({ fetch: () => Promise.resolve(new Response(endless, { status: 206, headers })) });
    for await (const piece of takeWhole(client, ID, 1000)) {
      expect(piece.length).toBe(10);
      break;
    }
    expect(isCancelled).toBe(true);
  });

  it.each<Play>(['refused', 0])(
    'gives up after so many tries without a byte, waiting longer each time (%s)',
    async (play) => {
      const played = playing(play);
      await expect(gather(played.take({ tries: 4 }))).rejects.toMatchObject({ code: 'desk/unreachable' });
      expect(played.asked).toHaveLength(4);
      expect(played.waits).toEqual([...played.waits].sort((a, b) => a - b));
      expect(new Set(played.waits).size).toBe(3);
    },
  );

  it('yields what came before it gave up, so that a later try goes on', async () => {
    const played = playing(1234, 'refused');
    const pieces: Uint8Array[] = [];
    const taking = async (): Promise<void> => {
      for await (const piece of played.take({ tries: 2 })) pieces.push(piece);
    };
    await expect(taking()).rejects.toMatchObject({ code: 'desk/unreachable' });
    expect(Buffer.concat(pieces).equals(BYTES.subarray(0, 1234))).toBe(true);
  });

  it('does not ask again what the desk refuses', async () => {
    let calls = 0;
    const refuse = (): Promise<never> => {
      calls++;
      return Promise.reject(new DeskError('absent/destroyed', 'gone'));
    };
    const asked = gather(takeWhole({ takePacket: refuse }, ID, 10));
    await expect(asked).rejects.toMatchObject({ code: 'absent/destroyed' });
    expect(calls).toBe(1);
  });

  it('is the packet of a real desk to the byte, each stretch an entry there', async () => {
    const test = await freshDesk();
    try {
      const { packetId, bytes } = await packed(test, [noise('a.mp4', 1_200_000)]);
      const client = deskClient({ fetch: createApi(test.desk).fetch, key: test.keys.investigator });
      const before = (await client.packet(packetId)).releases.length;
      const { sizeBytes } = await waitForPacket(client, packetId);
      const taken = await gather(takeWhole(client, packetId, sizeBytes, { stretchBytes: 500_000 }));
      expect(taken.equals(bytes)).toBe(true);
      const { releases } = await client.packet(packetId);
      expect(releases.slice(before).map(({ offset }) => offset)).toEqual(
        Array.from({ length: Math.ceil(sizeBytes / 500_000) }, (_, n) => n * 500_000),
      );
    } finally {
      await test.end();
    }
  });
});

describe('waiting for a packet', () => {
  it('says the code of why it cannot be made, of the desk’s newest try', async () => {
    const test = await freshDesk();
    try {
      const { opened } = await refer(test, []);
      const { ports } = test.local;
      const failing = openDesk(test.desk.id, {
        ...ports,
        vault: { ...ports.vault, put: () => Promise.reject(new DeskError('vault/full', 'The disk is full.')) },
      });
      const { packetId } = await test.desk.orderPacket(await test.as('supervisor'), opened.referralId, ORDER);
      await test.desk.integrate();
      await failing.freezePackets();
      const client = deskClient({ fetch: createApi(failing).fetch, key: test.keys.supervisor });
      const at = test.clock.now().toISOString();
      expect((await client.packet(packetId)).making).toEqual({ code: 'vault/full', at });
      let pauses = 0;
      const pause = async (): Promise<void> => {
        pauses++;
        if (pauses < 3) return;
        test.clock.addDays(1 / 1440);
        await failing.freezePackets();
      };
      await expect(waitForPacket(client, packetId, { pause })).rejects.toMatchObject({
        code: 'state/not-made',
        message: expect.stringContaining('vault/full'),
      });
      expect(pauses).toBe(3);
      await test.desk.freezePackets();
      const made = await client.packet(packetId);
      expect([made.state, made.making]).toEqual(['frozen', undefined]);
    } finally {
      await test.end();
    }
  });

  it('asks until it is made', async () => {
    const test = await freshDesk();
    try {
      const { opened } = await refer(test, []);
      const client = deskClient({ fetch: createApi(test.desk).fetch, key: test.keys.supervisor });
      const { packetId } = await client.orderPacket(opened.referralId, ORDER);
      let pauses = 0;
      const pause = async (): Promise<void> => {
        pauses++;
        if (pauses === 2) await test.desk.integrate();
        if (pauses === 3) await test.desk.freezePackets();
      };
      const status = await waitForPacket(client, packetId, { pause });
      expect(status).toMatchObject({ state: 'frozen', packetId });
      expect([pauses, status.sizeBytes > 1000]).toEqual([3, true]);
    } finally {
      await test.end();
    }
  });

  it('ends when its time is over, and at once where the desk refuses', async () => {
    const ids = { packetId: ID, referralId: ID, orderedBy: ID };
    const ordered: PacketStatus = {
      ...ids,
      agency: 'europol',
      state: 'ordered',
      encryption: 'none',
      orderedAt: '2026-11-22T10:00:00.000Z',
      answers: [],
      links: [],
      releases: [],
    };
    const never = waitForPacket({ packet: () => Promise.resolve(ordered) }, ID, { withinMs: 0 });
    await expect(never).rejects.toMatchObject({ code: 'state/not-frozen' });
    const made = { ...ordered, state: 'frozen', sizeBytes: 9 } as const;
    const unread = waitForDigest({ packet: () => Promise.resolve(made) }, ID, { withinMs: 0 });
    await expect(unread).rejects.toMatchObject({ code: 'state/not-frozen', message: expect.stringContaining('read') });
    let asked = 0;
    const making = { code: 'sealed/damaged', at: '2026-11-22T10:00:05.000Z' } as const;
    const harmed = () => Promise.resolve(++asked === 1 ? made : { ...made, making });
    await expect(waitForDigest({ packet: harmed }, ID, { pause: () => Promise.resolve() })).rejects.toMatchObject({
      code: 'state/not-made',
      message: expect.stringContaining('read to its end (sealed/damaged)'),
    });
    const dropped = waitForPacket({ packet: () => Promise.resolve({ ...ordered, state: 'dropped' }) }, ID);
    await expect(dropped).rejects.toMatchObject({ code: 'absent/destroyed' });
    const refuse = (): Promise<never> => Promise.reject(new DeskError('absent/packet', 'none'));
    const refused = await waitForPacket({ packet: refuse }, ID).catch((error: unknown) =>
      isCode(error, 'absent/packet'),
    );
    expect(refused).toBe(true);
  });
});
