// Uploads at the CyberTipline door: in either order, of any size, whole or not at all.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createHash } from 'node:crypto';
import type { Desk } from '../../lib/desk.ts';
import { DeskError } from '../../lib/errors.ts';
import { createApi } from '../../lib/http/index.ts';
import { gather, noise, stream } from '../material.ts';
import {
  askApi,
  basic,
  BOUNDARY,
  codes,
  field,
  file,
  form,
  FORM,
  openReportDoor,
  type Asking,
  type RawPart,
  type ReportDoor,
  type Told,
} from './http-ispws-door.ts';
import { reportBody } from './report/material.ts';

const MiB = 1024 * 1024;

let door: ReportDoor;
let report = { referralId: '', reportId: '' };
beforeAll(async () => {
  door = await openReportDoor();
  report = await door.test.desk.submitReport(await door.test.as('reporter'), reportBody());
});
afterAll(() => door.end());

const send = (body: Asking['body'], headers: Record<string, string> = FORM): Promise<Told> =>
  door.ask('reporter', 'POST', '/upload', { headers, ...(body === undefined ? {} : { body }) });
const id = (): RawPart => field('id', report.reportId);

async function countVault(): Promise<number> {
  let count = 0;
  for await (const name of door.test.local.ports.vault.list()) if (name !== '') count += 1;
  return count;
}

function fileIdOf({ answer }: Told): string {
  return (answer?.root === 'reportResponse' ? answer.fileId : undefined) ?? '';
}

/** What the desk has of a file: its bytes, and what is sealed beside them. */
async function read(told: Told): Promise<{ bytes: Buffer; name?: string; contentType?: string; declared: string }> {
  const attachment = fileIdOf(told).replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
  const { facts, bytes } = await door.test.desk.readAttachment(
    await door.test.as('supervisor'),
    report.referralId,
    attachment,
    'test',
  );
  return { ...facts, bytes: await gather(bytes) };
}

describe('an upload', () => {
  const sizes = [0, 1, 2, 65_535, 65_536, 65_537, 3 * MiB + 7];

  it.each(sizes.flatMap((size) => [`${size} before`, `${size} behind`]))(
    'of %s the bytes is sealed, and its hash is their MD5',
    async (name) => {
      const [size, place] = name.split(' ');
      const { bytes } = noise('a', Number(size));
      const told = await send(form(place === 'before' ? [id(), file(bytes)] : [file(bytes), id()]));
      expect(codes(told)).toEqual([200, 0]);
      expect(told.answer).toMatchObject({
        hash: createHash('md5').update(bytes).digest('hex'),
        reportId: report.reportId,
      });
      expect((await read(told)).bytes.equals(bytes)).toBe(true);
    },
  );

  it('of bytes that look like a form is sealed as they are', async () => {
    const inner = form([field('id', '1'), file('x')])
      .toString()
      .replaceAll(BOUNDARY, BOUNDARY.slice(1));
    const hostile = Buffer.from(`${inner}\r\n--\r\n--${BOUNDARY.slice(0, -1)}\r\n\r\n--`);
    for (const parts of [
      [id(), file(hostile)],
      [file(hostile), id()],
    ]) {
      expect((await read(await send(form(parts)))).bytes.equals(hostile)).toBe(true);
    }
  });

  it.each<[string, readonly string[], { name?: string; contentType?: string }]>([
    [
      'with a name and a type',
      ['Content-Disposition: form-data; name="file"; filename="photo.jpg"', 'Content-Type: image/jpeg'],
      { name: 'photo.jpg', contentType: 'image/jpeg' },
    ],
    ['without a type', ['Content-Disposition: form-data; name="file"; filename="photo.jpg"'], { name: 'photo.jpg' }],
    [
      'without a name',
      ['Content-Disposition: form-data; name="file"', 'Content-Type: image/png'],
      { contentType: 'image/png' },
    ],
    ['with neither', ['Content-Disposition: form-data; name="file"'], {}],
    [
      'with a whole path',
      ['Content-Disposition: form-data; name="file"; filename="C:\\Users\\ada\\Фото 1.jpg"', 'Content-Length: 3'],
      { name: 'Фото 1.jpg' },
    ],
  ])('%s keeps what its sender says, and nothing he does not', async (_name, headers, words) => {
    for (const parts of [
      [id(), { headers, body: 'abc' }],
      [{ headers, body: 'abc' }, id()],
    ]) {
      const { name, contentType, declared, bytes } = await read(await send(form(parts)));
      expect({ name, contentType, declared, text: bytes.toString() }).toEqual({
        name: undefined,
        contentType: undefined,
        ...words,
        declared: 'none',
        text: 'abc',
      });
    }
  });

  it('goes past fields that nobody knows', async () => {
    const extra = [
      field('filename', 'x'),
      field('md5', 'y'.repeat(60_000)),
      { ...file('z'), headers: ['Content-Disposition: form-data; name="thumb"; filename="t.jpg"'] },
    ];
    expect(codes(await send(form([...extra, id(), ...extra, file('abc'), ...extra])))).toEqual([200, 0]);
    expect(codes(await send(form([file('abc'), ...extra, id()])))).toEqual([200, 0]);
  });
});

describe('of a wrong form', () => {
  const cases: readonly [string, () => Asking['body'], number, number][] = [
    ['no id', () => form([file('abc')]), 400, 4000],
    ['no file', () => form([id()]), 400, 4000],
    ['nothing', () => form([]), 400, 4000],
    ['two files', () => form([id(), file('abc'), file('abc')]), 400, 4000],
    ['two files before the id', () => form([file('abc'), file('abc'), id()]), 400, 4000],
    ['two ids', () => form([id(), id(), file('abc')]), 400, 4000],
    ['an id on both sides', () => form([id(), file('abc'), id()]), 400, 4000],
    ['two ids behind', () => form([file('abc'), id(), id()]), 400, 4000],
    ['an id that is no number', () => form([field('id', 'abc'), file('abc')]), 404, 5001],
    ['an id that is none, behind', () => form([file('abc'), field('id', '1')]), 404, 5001],
    ['an id that is huge', () => form([field('id', '1'.repeat(100_000)), file('abc')]), 413, 4000],
    ['a huge field in front', () => form([id(), field('x', 'x'.repeat(100_000)), file('abc')]), 413, 4000],
    ['a huge field behind', () => form([id(), file('abc'), field('x', 'x'.repeat(100_000))]), 413, 4000],
    ['too many parts', () => form([id(), file('abc'), ...Array.from({ length: 31 }, () => field('x', ''))]), 413, 4000],
    ['a part without a name behind', () => form([id(), file('abc'), { headers: ['X: 1'], body: '' }]), 400, 4200],
    ['no end', () => form([id(), file('abc')], ''), 400, 4200],
    ['no end, the id behind', () => form([file('abc'), id()], ''), 400, 4200],
    ['no body', () => undefined, 400, 4200],
  ];

  it.each(cases)('with %s nothing is kept', async (_name, body, status, code) => {
    const before = await countVault();
    expect(codes(await send(body()))).toEqual([status, code]);
    expect(await countVault()).toBe(before);
  });

  it.each([
    ['multipart/form-data', 400, 4200],
    ['multipart/form-data; boundary=', 400, 4200],
    [`multipart/form-data; boundary=${'x'.repeat(300)}`, 400, 4200],
    ['multipart/mixed; boundary=x', 415, 4000],
    ['application/octet-stream', 415, 4000],
    ['application/x-www-form-urlencoded', 415, 4000],
    ['', 415, 4000],
  ])('called "%s" nothing is kept', async (type, status, code) => {
    const headers: Record<string, string> = type === '' ? {} : { 'Content-Type': type };
    expect(codes(await send(form([id(), file('abc')]), headers))).toEqual([status, code]);
    const compressed = { ...FORM, 'Content-Encoding': 'gzip' };
    expect(codes(await send(form([id(), file('abc')]), compressed))).toEqual([415, 4000]);
  });

  it('cut off at any byte nothing is kept, in either order', async () => {
    const fresh = await door.test.desk.submitReport(await door.test.as('reporter'), reportBody());
    const before = await countVault();
    for (const parts of [
      [field('id', fresh.reportId), file('hello')],
      [file('hello'), field('id', fresh.reportId)],
    ]) {
      const body = form(parts);
      for (let cut = 0; cut < body.length - 2; cut++) {
        expect([cut, ...codes(await send(body.subarray(0, cut)))]).toEqual([cut, 400, 4200]);
      }
    }
    expect(await countVault()).toBe(before);
    const { fileIds } = await door.test.desk.finishReport(await door.test.as('reporter'), fresh.reportId);
    expect(fileIds).toEqual([]);
  });

  it('whose sender goes away nothing is kept', async () => {
    const before = await countVault();
    for (const parts of [
      [id(), file(Buffer.alloc(MiB))],
      [file(Buffer.alloc(MiB)), id()],
    ]) {
      for (const bytes of [form(parts), form(parts).subarray(0, MiB)]) {
        async function* gone(): AsyncGenerator<Uint8Array> {
          yield* stream(bytes);
          throw new Error('the body stopped before its end');
        }
        expect(codes(await send(gone()))).toEqual([400, 4200]);
      }
    }
    expect(await countVault()).toBe(before);
  });
});

describe('bytes that come before their report is named', () => {
  /** A door on a desk that counts what it holds. */
  function counted(verbs: Partial<Desk> = {}): { send: (body: Asking['body']) => Promise<Told>; held: () => number[] } {
    const { desk, keys } = door.test;
    const count = { held: 0, discarded: 0 };
    const holdFile: Desk['holdFile'] = async (bytes) => {
      const held = await desk.holdFile(bytes);
      count.held += 1;
      return {
        bytes: () => held.bytes(),
        discard: () => {
          count.discarded += 1;
          return held.discard();
        },
      };
    };
    const api = createApi({ ...desk, holdFile, ...verbs });
    return {
      send: (body) =>
        askApi(api, basic('a', keys.reporter), 'POST', '/upload', {
          headers: FORM,
          ...(body === undefined ? {} : { body }),
        }),
      held: () => [count.held, count.discarded],
    };
  }

  it('are held, and let go of once they are sealed', async () => {
    const one = counted();
    expect(codes(await one.send(form([file('abc'), id()])))).toEqual([200, 0]);
    expect(one.held()).toEqual([1, 1]);
    expect(codes(await one.send(form([id(), file('abc')])))).toEqual([200, 0]);
    expect(one.held()).toEqual([1, 1]);
  });

  it('are let go of where the report is none, and where sealing fails', async () => {
    const one = counted();
    expect(codes(await one.send(form([file('abc'), field('id', '1')])))).toEqual([404, 5001]);
    expect(one.held()).toEqual([1, 1]);
    const full = counted({ uploadFile: () => Promise.reject(new DeskError('vault/full', 'Full.')) });
    expect(codes(await full.send(form([file('abc'), id()])))).toEqual([507, 1111]);
    expect(full.held()).toEqual([1, 1]);
  });

  it('are not held at all where the form is wrong behind them', async () => {
    const one = counted();
    for (const behind of [[], [id(), id()], [id(), file('x')], [field('x', 'x'.repeat(100_000)), id()]]) {
      await one.send(form([file('abc'), ...behind]));
    }
    expect(one.held()).toEqual([0, 0]);
  });

  it('find no room where there is none', async () => {
    const full = counted({ holdFile: () => Promise.reject(new DeskError('vault/full', 'Full.')) });
    expect(codes(await full.send(form([file('abc'), id()])))).toEqual([507, 1111]);
  });
});

describe('a sender of very much', () => {
  const PIECE = 65_536;

  /** A form whose file has `size` bytes, made as it is read; and how much of it was. */
  function made(
    size: number,
    first: readonly RawPart[],
    last: readonly RawPart[],
  ): { body: AsyncIterable<Uint8Array>; sent: () => number } {
    let sent = 0;
    const [head, foot] = form([...first, file('')], '|')
      .toString()
      .split('\r\n|');
    async function* body(): AsyncGenerator<Uint8Array> {
      yield Buffer.from(head ?? '');
      for (; sent < size; sent += PIECE) yield await Promise.resolve(Buffer.alloc(PIECE, 0x0d));
      yield Buffer.concat([Buffer.from('\r\n'), form(last), Buffer.from(foot ?? '')]);
    }
    return { body: body(), sent: () => sent };
  }

  it.each(['in front', 'behind'])('is kept waiting by a slow vault, with the number %s', async (place) => {
    const size = 64 * MiB;
    const [first, last] = place === 'in front' ? [[id()], []] : [[], [id()]];
    const { body, sent } = made(size, first, last);
    let [taken, ahead] = [0, 0];
    async function take(bytes: AsyncIterable<Uint8Array>): Promise<void> {
      for await (const piece of bytes) {
        taken += piece.length;
        ahead = Math.max(ahead, sent() - taken);
        if (taken % (4 * MiB) < PIECE) for (let n = 0; n < 20; n++) await new Promise(setImmediate);
      }
    }
    const { desk, keys } = door.test;
    const api = createApi({
      ...desk,
      uploadFile: async (_caller, reportId, _words, bytes) => {
        await take(bytes);
        return { reportId, fileId: 'a'.repeat(32), md5: '0'.repeat(32) };
      },
      holdFile: async (bytes) => {
        await take(bytes);
        return { bytes: () => stream(Buffer.alloc(0)), discard: () => Promise.resolve() };
      },
    });
    const told = await askApi(api, basic('a', keys.reporter), 'POST', '/upload', { headers: FORM, body });
    expect([...codes(told), taken]).toEqual([200, 0, size]);
    expect(ahead).toBeLessThanOrEqual(4 * PIECE);
  });

  it('is refused before much of it is read', async () => {
    const { body, sent } = made(1024 * MiB, [field('id', '4564654')], []);
    expect(codes(await send(body))).toEqual([404, 5001]);
    expect(sent()).toBeLessThanOrEqual(4 * PIECE);
    for (const actor of ['supervisor', 'auditor'] as const) {
      const other = made(1024 * MiB, [id()], []);
      const told = await door.ask(actor, 'POST', '/upload', { headers: FORM, body: other.body });
      expect([...codes(told), other.sent()]).toEqual([403, 3000, 0]);
    }
  });
});
