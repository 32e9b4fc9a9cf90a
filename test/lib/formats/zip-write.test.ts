// The writer of archives: its arithmetic at every boundary, its refusals, and what other programs make of its bytes.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { directoryRecord, dosTime, endRecords, localHeader } from '../../../lib/formats/zip/form.ts';
import { layZip, zipBytes, type ZipEntry } from '../../../lib/formats/zip/write.ts';
import { isCode } from '../../../lib/errors.ts';
import { FILES, gather, layout, makeZip, TIME } from './zip-material.ts';

const entry = (sizeBytes: number, name = 'a'): ZipEntry => ({ name, sizeBytes, crc32: '00000000' });
const many = (count: number): ZipEntry[] => Array.from({ length: count }, (_, n) => entry(0, `e${n}`));
const codeOf = (act: () => unknown): unknown => {
  try {
    return act();
  } catch (error) {
    return isCode(error, 'internal') ? 'internal' : error;
  }
};

describe('the layout of an archive', () => {
  it.each([
    [0xfffffffe, 30 + 1, 46 + 1],
    [0xffffffff, 30 + 1 + 20, 46 + 1 + 20],
    [0x100000000, 30 + 1 + 20, 46 + 1 + 20],
  ])('takes ZIP64 for an entry of %d bytes only from 2^32 - 1 on', (sizeBytes, localBytes, recordBytes) => {
    expect(localHeader(entry(sizeBytes), 0)).toHaveLength(localBytes);
    expect(directoryRecord(entry(sizeBytes), 0, 0)).toHaveLength(recordBytes);
    const laid = layZip([entry(sizeBytes), entry(0, 'b')], TIME);
    expect(laid.offsets[1]).toBe(localBytes + sizeBytes);
  });

  it.each([
    [0xfffffffe, 47],
    [0xffffffff, 47 + 12],
    [0x100000001, 47 + 12],
  ])('takes ZIP64 for an offset of %d only from 2^32 - 1 on', (offset, recordBytes) => {
    expect(directoryRecord(entry(5), offset, 0)).toHaveLength(recordBytes);
    const laid = layZip([entry(offset - 31), entry(5, 'b')], TIME);
    expect(laid.offsets[1]).toBe(offset);
    expect(laid.directoryBytes).toBe(47 + recordBytes);
  });

  it.each([
    [0, 22],
    [1, 22],
    [65_534, 22],
    [65_535, 98],
    [65_536, 98],
  ])('ends %d entries with the records they need', (count, endBytes) => {
    const laid = layZip(many(count), TIME);
    expect(laid.sizeBytes - laid.directoryOffset - laid.directoryBytes).toBe(endBytes);
  });

  it.each([
    [1, 0xfffffffe, 0xfffffffe, 22],
    [1, 0xffffffff, 0, 98],
    [1, 0, 0xffffffff, 98],
  ])('ends a directory of %d entries, %d bytes at %d with %d bytes', (count, bytes, offset, endBytes) => {
    expect(endRecords(count, bytes, offset)).toHaveLength(endBytes);
  });

  it.each([
    ['a name that climbs', entry(0, '../a')],
    ['an absolute name', entry(0, '/a')],
    ['an empty name', entry(0, '')],
    ['a folder', entry(0, 'a/')],
    ['a name that is not ASCII', entry(0, 'é')],
    ['a name of 256 bytes', entry(0, 'a'.repeat(256))],
    ['a size below zero', entry(-1)],
    ['a size beyond 2^53', entry(2 ** 53)],
    ['a CRC that is none', { ...entry(0), crc32: 'ABCDEF00' }],
  ])('refuses %s', (_, wrong) => {
    expect(codeOf(() => layZip([wrong], TIME))).toBe('internal');
  });

  it('refuses two names that differ in case only, more entries than are read, and no time', () => {
    expect(codeOf(() => layZip([entry(0, 'a'), entry(0, 'A')], TIME))).toBe('internal');
    expect(codeOf(() => layZip(many(250_001), TIME))).toBe('internal');
    expect(codeOf(() => layZip([], new Date(NaN)))).toBe('internal');
  });

  it.each([
    ['1970-01-01T00:00:00Z', 1980, 1, 1, 0, 0, 0],
    ['1980-01-01T00:00:01Z', 1980, 1, 1, 0, 0, 0],
    ['2026-11-22T10:11:13.999Z', 2026, 11, 22, 10, 11, 12],
    ['2107-12-31T23:59:59Z', 2107, 12, 31, 23, 59, 58],
    ['2108-01-01T00:00:00Z', 2107, 12, 31, 23, 59, 58],
  ])('keeps the time %s as far as a ZIP can', (time, year, month, day, hour, minute, second) => {
    const dos = dosTime(new Date(time));
    const date = dos >>> 16;
    expect([1980 + (date >> 9), (date >> 5) & 15, date & 31]).toEqual([year, month, day]);
    expect([(dos >> 11) & 31, (dos >> 5) & 63, (dos & 31) * 2]).toEqual([hour, minute, second]);
  });
});

describe('the bytes of an archive', () => {
  it('are the same for the same entries, and as many as were laid out', async () => {
    const [one, two] = [await makeZip(FILES), await makeZip(FILES)];
    expect(one.equals(two)).toBe(true);
    expect(one).toHaveLength(layout(FILES).sizeBytes);
  });

  it('begin before any content is opened', async () => {
    const bytes = zipBytes(layout(FILES), () => {
      throw new Error('opened too soon');
    });
    expect((await bytes.next()).value?.length).toBe(39);
    await bytes.return();
  });

  it.each([
    ['fewer bytes', Buffer.from('conten')],
    ['more bytes', Buffer.from('contents')],
    ['other bytes', Buffer.from('c0ntent')],
  ])('are refused when an entry gives %s than was said', async (_, given) => {
    const laid = layout([{ name: 'a', bytes: Buffer.from('content') }]);
    const error = await gather(zipBytes(laid, () => [given])).catch((failure: unknown) => failure);
    expect(isCode(error, 'sealed/damaged')).toBe(true);
  });

  it('close what they opened when they are no longer wanted', async () => {
    let isClosed = false;
    async function* content(): AsyncGenerator<Uint8Array> {
      try {
        for (;;) yield await Promise.resolve(Buffer.from('x'));
      } finally {
        isClosed = true;
      }
    }
    const bytes = zipBytes(layZip([entry(10)], TIME), content);
    await bytes.next();
    await bytes.next();
    await bytes.return();
    expect(isClosed).toBe(true);
  });

  const CHECKS: readonly (readonly [program: string, ...args: string[]])[] = [
    ['/usr/bin/unzip', '-tqq'],
    ['/usr/bin/7z', 't'],
    ['/usr/bin/bsdtar', '-tf'],
  ];
  for (const [program, ...args] of CHECKS) {
    const itIfThere = existsSync(program) ? it : it.skip; // skipped where this program is not installed
    itIfThere(`are sound to ${program}`, async () => {
      const folder = mkdtempSync(join(tmpdir(), 'zip-'));
      const entries = [
        ...FILES,
        ...Array.from({ length: 66_000 }, (_, n) => ({ name: `n/${n}`, bytes: Buffer.alloc(0) })),
      ];
      for (const [n, files] of [FILES, entries].entries()) {
        const path = join(folder, `${n}.zip`);
        writeFileSync(path, await makeZip(files));
        expect(() => execFileSync(program, [...args, path], { stdio: 'pipe', maxBuffer: 2 ** 26 })).not.toThrow();
      }
      rmSync(folder, { recursive: true });
    });
  }
});
