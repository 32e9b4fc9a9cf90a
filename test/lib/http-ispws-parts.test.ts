// Forms as streams: the same parts however the bytes are cut, nothing of a form that is not whole, and no form that never ends.
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { fileNameOf, readAroundFileName, readValue } from '../../lib/http/ispws/parameters.ts';
import { readParts, type Part } from '../../lib/http/ispws/parts.ts';
import { stream } from '../material.ts';
import { workOf } from '../work.ts';
import { BOUNDARY, field, file, form, type RawPart } from './http-ispws-door.ts';

const MiB = 1024 * 1024;

interface ReadPart extends Omit<Part, 'bytes'> {
  readonly text: string;
}

async function readAll(body: AsyncIterable<Uint8Array>, boundary = BOUNDARY): Promise<ReadPart[]> {
  const all: ReadPart[] = [];
  for await (const { bytes, ...head } of readParts(body, boundary)) {
    const pieces: Buffer[] = [];
    for await (const piece of bytes) pieces.push(Buffer.from(piece));
    all.push({ ...head, text: Buffer.concat(pieces).toString('latin1') });
  }
  return all;
}

const refused = async (body: Uint8Array, chunkBytes?: number): Promise<unknown> =>
  readAll(stream(body, chunkBytes)).then(
    (parts) => parts,
    (error: unknown) => (error as { code?: string }).code,
  );

describe('a form', () => {
  it('is the same parts, however its bytes are cut', async () => {
    const hostile = fc
      .array(
        fc.constantFrom(
          '\r',
          '\n',
          '\r\n',
          '-',
          '--',
          '\r\n--',
          `\r\n--${BOUNDARY.slice(0, -1)}`,
          'a',
          '\0',
          '\xff',
          ':',
        ),
        { maxLength: 40 },
      )
      .map((pieces) => pieces.join(''));
    const parts = fc.array(fc.tuple(fc.constantFrom('id', 'file', 'other'), hostile), { minLength: 1, maxLength: 6 });
    const sizes = fc.array(fc.integer({ min: 1, max: 50 }), { minLength: 1, maxLength: 20 });
    await fc.assert(
      fc.asyncProperty(parts, sizes, async (made, cuts) => {
        const raw = made.map(([name, text]): RawPart => ({ ...field(name, ''), body: Buffer.from(text, 'latin1') }));
        const read = await readAll(cutUp(form(raw), cuts));
        expect(read).toEqual(made.map(([name, text]) => ({ name, text })));
      }),
      { seed: 7, numRuns: 500 },
    );
  });

  async function* cutUp(bytes: Buffer, sizes: readonly number[]): AsyncGenerator<Uint8Array> {
    for (let at = 0, n = 0; at < bytes.length; n++) {
      const size = sizes[n % sizes.length] ?? 1;
      yield await Promise.resolve(bytes.subarray(at, at + size));
      at += size;
    }
  }

  const small = form([field('id', '123'), file('hel\r\n\r\n--x'), field('empty', '')]);
  const END = Buffer.byteLength('\r\n');

  it.each([1, 3, 16, 100_000])('cut off at any byte is broken, in pieces of %d', async (chunkBytes) => {
    for (let cut = 0; cut < small.length - END; cut++) {
      expect([cut, await refused(small.subarray(0, cut), chunkBytes)]).toEqual([cut, 'input/malformed']);
    }
    for (let cut = small.length - END; cut <= small.length; cut++) {
      expect(await refused(small.subarray(0, cut), chunkBytes)).toHaveLength(3);
    }
  });

  it('whose sender goes away at any byte is broken', async () => {
    for (let cut = 0; cut <= small.length; cut++) {
      async function* gone(): AsyncGenerator<Uint8Array> {
        yield await Promise.resolve(small.subarray(0, cut));
        throw new Error('the body stopped before its end');
      }
      await expect(readAll(gone())).rejects.toMatchObject({ code: 'input/malformed' });
    }
  });

  it('of which any byte is another still comes to an end', async () => {
    const outcomes = new Set<string>();
    for (let at = 0; at < small.length; at++) {
      for (const byte of [0, 0x0a, 0x0d, 0x2d, 0x3a, 0x22, 0xff]) {
        const changed = Buffer.from(small);
        changed[at] = byte;
        const outcome = await refused(changed);
        outcomes.add(Array.isArray(outcome) ? 'read' : String(outcome));
      }
    }
    expect([...outcomes].sort()).toEqual(['input/malformed', 'read']);
  });

  it.each([
    ['something before its first part', Buffer.concat([Buffer.from('hello\r\n'), small]), 3],
    ['something behind its last', Buffer.concat([small, Buffer.alloc(1000)]), 3],
    ['no parts', form([]), 0],
  ])('is read with %s', async (_name, body, count) => {
    expect(await refused(body)).toHaveLength(count);
  });

  it.each([
    ['nothing at all', Buffer.alloc(0)],
    ['another boundary', Buffer.from(small.toString().replaceAll(BOUNDARY, 'x'))],
    ['line ends that are none', Buffer.from(small.toString().replaceAll('\r\n', '\n'))],
    ['a part without headers', Buffer.from(`--${BOUNDARY}\r\n\r\nhello\r\n--${BOUNDARY}--\r\n`)],
    ['a part of another kind', form([{ headers: ['Content-Disposition: attachment; name="id"'], body: '1' }])],
    ['a part without a disposition', form([{ headers: ['Content-Type: text/plain'], body: '1' }])],
    ['a part with two', form([{ headers: [...field('id', '').headers, ...field('file', '').headers], body: '1' }])],
    ['a name twice', form([{ headers: ['Content-Disposition: form-data; name="id"; name="file"'], body: '1' }])],
  ])('is broken with %s', async (_name, body) => {
    expect(await refused(body)).toBe('input/malformed');
  });

  const headers = (count: number): string[] => Array.from({ length: count }, (_, n) => `X-${n}: 1`);
  const name = (length: number): Uint8Array => form([file('a', 'x'.repeat(length))]);

  it.each([
    ['32 parts', form(Array.from({ length: 32 }, () => field('a', '1'))), false],
    ['33 parts', form(Array.from({ length: 33 }, () => field('a', '1'))), true],
    ['31 headers', form([{ headers: [...field('a', '').headers, ...headers(30)], body: '' }]), false],
    ['32 headers', form([{ headers: [...field('a', '').headers, ...headers(31)], body: '' }]), true],
    ['500 headers', form([{ headers: [...field('a', '').headers, ...headers(500)], body: '' }]), true],
    ['a name of 16,000 bytes', name(16_000), false],
    ['a name of 17,000 bytes', name(17_000), true],
    ['a name of 1 MiB', name(MiB), true],
    ['1 MiB in front', Buffer.concat([Buffer.alloc(MiB - 70_000), small]), false],
    ['2 MiB in front', Buffer.concat([Buffer.alloc(2 * MiB), small]), true],
    ['2 MiB behind', Buffer.concat([small, Buffer.alloc(2 * MiB)]), true],
  ])('with %s is too much: %#', async (_name, body, isTooMuch) => {
    const outcome = await refused(body);
    expect(outcome === 'input/too-large').toBe(isTooMuch);
    expect(Array.isArray(outcome)).toBe(!isTooMuch);
  });

  it('says as whole what a part’s headers say', async () => {
    const part = (lines: readonly string[]): RawPart => ({ headers: lines, body: 'x' });
    const read = await readAll(
      stream(
        form([
          part(['content-disposition: FORM-DATA; Name=file; FileName=a b.jpg', 'CONTENT-TYPE: image/jpeg; x=y']),
          part(['Content-Disposition: form-data;\r\n name="file";\r\n filename="folded.jpg"', 'Content-Length: 1']),
          part(['Content-Disposition: form-data; name="file"']),
        ]),
      ),
    );
    expect(read).toEqual([
      { name: 'file', fileName: 'a b.jpg', contentType: 'image/jpeg; x=y', text: 'x' },
      { name: 'file', fileName: 'folded.jpg', text: 'x' },
      { name: 'file', text: 'x' },
    ]);
  });

  it('is read no further than it is asked for, and closed when it is left', async () => {
    let fed = 0;
    let isClosed = false;
    async function* endless(): AsyncGenerator<Uint8Array> {
      try {
        yield form([field('id', '1'), file('')], '').subarray(0, -2);
        for (;;) {
          fed += 1;
          yield await Promise.resolve(Buffer.alloc(65_536));
        }
      } finally {
        isClosed = true;
      }
    }
    const parts = readParts(endless(), BOUNDARY);
    const next = async (): Promise<Part> => (await parts.next()).value as Part;
    for await (const piece of (await next()).bytes) expect(Buffer.from(piece).toString()).toBe('1');
    const pieces = (await next()).bytes[Symbol.asyncIterator]();
    for (let n = 1; n < 10; n++) {
      expect(fed).toBeLessThanOrEqual(n);
      await pieces.next();
    }
    expect(isClosed).toBe(false);
    await parts.return();
    expect(isClosed).toBe(true);
  });
});

describe('the name of a file', () => {
  it.each([
    ['filename="photo.jpg"', 'photo.jpg'],
    ['filename=photo.jpg', 'photo.jpg'],
    ['filename="/home/ada/photo.jpg"', 'photo.jpg'],
    ['filename="C:\\pics\\new\\photo.jpg"', 'photo.jpg'],
    ['filename="\\\\server\\share\\photo.jpg"', 'photo.jpg'],
    ['filename="a/b\\c/photo.jpg"', 'photo.jpg'],
    ['filename="фото 💡.jpg"', 'фото 💡.jpg'],
    ['filename="a \\"quoted\\" b.jpg"', 'a "quoted" b.jpg'],
    ['filename="a;b=c.jpg"', 'a;b=c.jpg'],
    ['filename="%22.jpg"', '%22.jpg'],
    ["filename*=UTF-8''%C3%A4.jpg", 'ä.jpg'],
    ['filename="a.jpg"; filename*=UTF-8\'\'%C3%A4.jpg', 'ä.jpg'],
    ['filename*=utf-8\'en\'%2Fetc%2Fpasswd; filename="a.jpg"', 'passwd'],
    ['filename*=ISO-8859-1\'\'%E4.jpg; filename="a.jpg"', 'a.jpg'],
    ['filename*=UTF-8\'\'%E4.jpg; filename="a.jpg"', 'a.jpg'],
    ['filename=""', undefined],
    ['filename="/home/ada/"', undefined],
    ['filename=".."', undefined],
    ['filename="../.."', undefined],
    ['', undefined],
  ])('%s is %s', (parameter, name) => {
    const value = readValue(`form-data; name="file"${parameter === '' ? '' : `; ${parameter}`}`);
    expect(value?.parameters.get('name')).toBe('file');
    expect(fileNameOf(value?.parameters ?? new Map())).toBe(name);
  });

  it.each([
    ['name="file"; filename="a"b.jpg"', 'a"b.jpg'],
    ['filename="a"b.jpg"; name="file"', 'a"b.jpg'],
    ['name=file; filename="/tmp/"a" b".jpg"', '"a" b".jpg'],
    ['name="file"; filename="a"; b.jpg"', 'a"; b.jpg'],
    ['name="file"; filename="a"b.jpg"; filename*=UTF-8\'\'%C3%A4.jpg', 'ä.jpg'],
    ['name="file"; filename="x\\"', undefined],
    ['name="file"; filename="', undefined],
    ['name="file"; filename="a.jpg', undefined],
    ['name="file"; filename=a"b.jpg', undefined],
    ['name="file"; filename', undefined],
    ['name="file"; filename="a.jpg"; filename="b.jpg"', undefined],
  ])('that breaks its header never costs the file: %s', async (parameters, name) => {
    const body = `--${BOUNDARY}\r\nContent-Disposition: form-data; ${parameters}\r\n\r\nx\r\n--${BOUNDARY}--\r\n`;
    const [read, ...others] = await readAll(stream(Buffer.from(body)));
    expect(others).toEqual([]);
    expect([read?.name, read?.fileName, read?.text]).toEqual(['file', name, 'x']);
  });

  it.each([
    'filename="a"b.jpg"',
    'name="id"; filename="a"b.jpg"; name="file"',
    'name="id"; name="file"; filename="a.jpg"',
    'name="fi"le"; filename="a.jpg"',
  ])('cannot make up for a field without one name: %s', (parameters) => {
    const value = readValue(`form-data; ${parameters}`) ?? readAroundFileName(`form-data; ${parameters}`);
    expect(value?.parameters.get('name')).toBeUndefined();
  });

  it.each([
    ['filename=""', ' ', 'x'],
    ['filename="";', '\t', 'x'],
    ['filename="', '" ', 'x'],
    ['filename="', '" ; filename*= ', ';'],
    ['filename="a"b; name="x"', ' ;', 'x'],
    ['', '; name=', '"'],
    ['a="', '\\', 'x'],
  ])('is read at once, were the header as long as one may be: %s%j…%s', async (start, filler, end) => {
    const text = `form-data; ${start}${filler.repeat(16_000 / filler.length)}${end}`;
    expect(await workOf(() => readValue(text) ?? readAroundFileName(text), 4)).toBeLessThan(100);
    expect(readValue(text) ?? readAroundFileName(text)).not.toBeNull();
  });

  it('is never a path, whatever is sent', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 50 }), (text) => {
        const value = readValue(`form-data; name="file"; filename="${text}"`);
        expect(fileNameOf(value?.parameters ?? new Map()) ?? '').not.toMatch(/[/\\]|^\.\.?$/);
      }),
      { seed: 7, numRuns: 2000 },
    );
  });

  it('in bytes that are no UTF-8 is read as well as it can be', async () => {
    const headers = Buffer.from('Content-Disposition: form-data; name="file"; filename="\xe4.jpg"', 'latin1');
    const body = Buffer.concat([
      Buffer.from(`--${BOUNDARY}\r\n`),
      headers,
      Buffer.from(`\r\n\r\nx\r\n--${BOUNDARY}--\r\n`),
    ]);
    expect(await readAll(stream(body))).toEqual([{ name: 'file', fileName: '\ufffd.jpg', text: 'x' }]);
  });
});
