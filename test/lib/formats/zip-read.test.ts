// The verifier's reader against every small harm that can come to an archive, and some of the great ones.
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { PART, readZip, type BytesSource, type ZipFinding } from '../../../lib/formats/zip/read.ts';
import { directoryRecordBytes, localHeaderBytes } from '../../../lib/formats/zip/form.ts';
import { FILES, gather, layout, look, makeZip, sourceOf, TIME, type File } from './zip-material.ts';

const codes = (findings: readonly ZipFinding[]): string[] => findings.map(({ code, where }) => `${code} ${where}`);

/** What part of the archive each byte belongs to, and what codes its harm may be named by. */
function partsOf(files: readonly File[]): { where: string; codes: readonly string[] }[] {
  const { entries, offsets, sizeBytes } = layout(files);
  const parts = entries.flatMap((entry) => [
    ...Array<object>(localHeaderBytes(entry)).fill({ where: entry.name, codes: ['zip/header', 'zip/names-differ'] }),
    ...Array<object>(entry.sizeBytes).fill({ where: entry.name, codes: ['zip/contents'] }),
  ]);
  const records = entries.flatMap((entry, n) =>
    Array<object>(directoryRecordBytes(entry, offsets[n] ?? 0)).fill({
      where: entry.name,
      codes: ['zip/directory', 'zip/names-differ'],
    }),
  );
  const all = [...parts, ...records] as { where: string; codes: readonly string[] }[];
  const end = { where: PART.end, codes: ['zip/end'] };
  return [...all, ...Array<typeof end>(sizeBytes - all.length).fill(end)];
}

const spoil = (bytes: Buffer, at: number, mask: number): Buffer => {
  const harmed = Buffer.from(bytes);
  harmed[at] = (harmed[at] ?? 0) ^ mask;
  return harmed;
};

describe('the reader of an archive', () => {
  it('has nothing to say of what the writer wrote, and hands on every file', async () => {
    const { findings, reading, digests } = await look(await makeZip(FILES));
    expect(findings).toEqual([]);
    expect(reading.entries.map(({ name, sizeBytes }) => [name, sizeBytes])).toEqual(
      FILES.map(({ name, bytes }) => [name, bytes.length]),
    );
    expect(digests.size).toBe(FILES.length);
  });

  it.each([0x01, 0x80, 0xff, 0x20, 0x04])('names the part of any one changed byte (xor %d)', async (mask) => {
    const bytes = await makeZip(FILES);
    const parts = partsOf(FILES);
    expect(parts).toHaveLength(bytes.length);
    const missed: string[] = [];
    for (const [at, part] of parts.entries()) {
      const { findings } = await look(spoil(bytes, at, mask));
      const isNamed = findings.some(
        ({ code, where, also }) => part.codes.includes(code) && (where === part.where || also === part.where),
      );
      if (!isNamed) missed.push(`${at} ${part.codes[0]} ${part.where}: ${codes(findings).join(', ')}`);
    }
    expect(missed).toEqual([]);
  });

  it('blames no part but the one that was changed', async () => {
    const bytes = await makeZip(FILES);
    const wrong: string[] = [];
    for (const [at, part] of partsOf(FILES).entries()) {
      const { findings } = await look(spoil(bytes, at, 0x10));
      const others = findings.filter(({ where, also }) => where !== part.where && also !== part.where);
      if (others.length > 0) wrong.push(`${at} ${part.codes[0]} ${part.where}: ${codes(others).join(', ')}`);
    }
    expect(wrong).toEqual([]);
  });

  it('reads every other file rightly beside one changed byte', async () => {
    const bytes = await makeZip(FILES);
    const whole = (await look(bytes)).digests;
    for (const [at, part] of partsOf(FILES).entries()) {
      const { digests } = await look(spoil(bytes, at, 0x40));
      for (const [name, digest] of whole) {
        if (name !== part.where) expect(`${at} ${digests.get(name) ?? 'none'}`).toBe(`${at} ${digest}`);
      }
    }
  });

  it('says of an archive cut at any byte that it is cut', async () => {
    const bytes = await makeZip(FILES);
    for (let at = 0; at < bytes.length; at++) {
      const { findings } = await look(bytes.subarray(0, at));
      expect([at, findings.map(({ code }) => code)]).toEqual([at, expect.arrayContaining(['zip/cut'])]);
    }
  });

  it('names the file in which an archive is cut', async () => {
    const bytes = await makeZip(FILES);
    const { findings } = await look(bytes.subarray(0, (layout(FILES).offsets[1] ?? 0) + 55));
    expect(codes(findings)).toEqual(['zip/cut data/media/E0001.bin']);
  });

  it.each([1, 22, 4096, 70_000, 1_200_000])('finds %d bytes after the end', async (count) => {
    const bytes = await makeZip(FILES);
    const { findings } = await look(Buffer.concat([bytes, Buffer.alloc(count, 'x')]));
    expect(codes(findings)).toEqual([`zip/trailing ${PART.end}`]);
  });

  it.each([1, 30, 70_000])('finds %d bytes before the beginning, and reads on', async (count) => {
    const bytes = await makeZip(FILES);
    const { findings, digests } = await look(Buffer.concat([Buffer.alloc(count, 'x'), bytes]));
    expect(codes(findings)).toEqual([`zip/leading ${PART.start}`]);
    expect(digests.size).toBe(FILES.length);
  });

  it('finds a second archive before or after the first', async () => {
    const bytes = await makeZip(FILES);
    const other = await makeZip([{ name: 'other.txt', bytes: Buffer.from('other') }]);
    expect((await look(Buffer.concat([bytes, other]))).findings.length).toBeGreaterThan(0);
    expect((await look(Buffer.concat([other, bytes]))).findings.length).toBeGreaterThan(0);
  });

  it('finds any bytes put in or taken out anywhere, and names the place when they are content', async () => {
    const bytes = await makeZip(FILES);
    const parts = partsOf(FILES);
    for (const [at, part] of parts.entries()) {
      for (const harmed of [
        Buffer.concat([bytes.subarray(0, at), Buffer.from('??'), bytes.subarray(at)]),
        Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + 1)]),
      ]) {
        const { findings } = await look(harmed);
        expect([at, findings.length > 0]).toEqual([at, true]);
        const isContent = part.codes[0] === 'zip/contents' && parts[at - 1] === part;
        if (isContent) expect(codes(findings)).toContain(`zip/contents ${part.where}`);
      }
    }
  });

  it('names what was put in between two entries, and what was taken out whole', async () => {
    const bytes = await makeZip(FILES);
    const at = layout(FILES).offsets;
    const [second = 0, third = 0] = [at[1], at[2]];
    const more = await makeZip([{ name: 'more.txt', bytes: Buffer.from('more') }]);
    const put = Buffer.concat([bytes.subarray(0, third), more.subarray(0, 42), bytes.subarray(third)]);
    expect(codes((await look(put)).findings)).toEqual([
      'zip/gap data/media/E0002.bin',
      'zip/directory more.txt',
      `zip/end ${PART.end}`,
    ]);
    const junk = Buffer.concat([bytes.subarray(0, third), Buffer.from('junk'), bytes.subarray(third)]);
    expect(codes((await look(junk)).findings)).toContain('zip/gap data/media/E0002.bin');
    const taken = Buffer.concat([bytes.subarray(0, second), bytes.subarray(third)]);
    const found = codes((await look(taken)).findings);
    expect(found).toContain('zip/gap data/media/E0002.bin');
    expect(found).toContain('zip/directory data/media/E0001.bin');
  });

  it('finds two entries swapped, in the directory or altogether', async () => {
    const [a, b, c] = [0, 1, 2].map((n) => ({ name: `f${n}`, bytes: Buffer.from(`content ${n}`) })) as [
      File,
      File,
      File,
    ];
    const bytes = await makeZip([a, b, c]);
    const { directoryOffset } = layout([a, b, c]);
    const [first, second] = [
      bytes.subarray(directoryOffset, directoryOffset + 48),
      bytes.subarray(directoryOffset + 48, directoryOffset + 96),
    ];
    const swapped = Buffer.concat([
      bytes.subarray(0, directoryOffset),
      second,
      first,
      bytes.subarray(directoryOffset + 96),
    ]);
    expect(codes((await look(swapped)).findings)).toEqual(['zip/directory f0']);
    const size = 30 + 2 + 9;
    const moved = Buffer.concat([bytes.subarray(size, 2 * size), bytes.subarray(0, size), bytes.subarray(2 * size)]);
    expect((await look(moved)).findings).not.toEqual([]);
  });

  it('names the end when one byte of the ZIP64 records is changed', async () => {
    const files = Array.from({ length: 65_535 }, (_, n) => ({ name: `${n}`, bytes: Buffer.alloc(0) }));
    const bytes = await makeZip(files);
    expect((await look(bytes)).findings).toEqual([]);
    for (const fromEnd of [98, 42, 34]) {
      const { findings } = await look(spoil(bytes, bytes.length - fromEnd, 0x11));
      expect(codes(findings)).toEqual([`zip/end ${PART.end}`]);
    }
  });

  it('finds another time in any header', async () => {
    const { findings } = await look(await makeZip(FILES), new Date('2026-11-22T10:00:02.000Z'));
    expect(findings).toHaveLength(2 * FILES.length);
  });

  it.each(['../up', '/root', 'a\\b', 'a//b', 'a/./b', 'C:x', 'ünder', 'a b', 'a\u0000b', '.'])(
    'never hands on a file called %j, and says so',
    async (name) => {
      const bytes = await makeZip([{ name: 'Q'.repeat(name.length), bytes: Buffer.from('!') }, ...FILES]);
      const hostile = Buffer.from(
        bytes
          .toString('latin1')
          .replaceAll('Q'.repeat(name.length), (found, at: number) => (at < 31 || at > 300 ? name : found)),
        'latin1',
      );
      const { findings, digests } = await look(hostile);
      expect(findings.map(({ code }) => code)).toContain('zip/name');
      expect([...digests.keys()]).toEqual(FILES.map((file) => file.name));
    },
  );

  it('hands on the first of two files of one name only', async () => {
    const twin = Buffer.from(
      (
        await makeZip(
          [...FILES, { name: 'bagit.TXT', bytes: Buffer.from('no') }].map((file, n) =>
            n === 5 ? { ...file, name: 'bagit_txt' } : file,
          ),
        )
      )
        .toString('latin1')
        .replaceAll('bagit_txt', 'bagit.txt'),
      'latin1',
    );
    const { findings, digests } = await look(twin);
    expect(codes(findings)).toContain('zip/duplicate bagit.txt');
    expect(digests.get('bagit.txt')).toBe((await look(await makeZip(FILES))).digests.get('bagit.txt'));
  });

  it('calls a compressed or encrypted entry by what it is', async () => {
    const bytes = await makeZip(FILES);
    const { directoryOffset } = layout(FILES);
    const packed = spoil(spoil(bytes, 8, 8), directoryOffset + 10, 8);
    expect(codes((await look(packed)).findings)).toContain('zip/packed bagit.txt');
    const encrypted = spoil(spoil(bytes, 6, 1), directoryOffset + 8, 1);
    expect(codes((await look(encrypted)).findings)).toContain('zip/encrypted bagit.txt');
  });

  it('goes on when a file is left unread, and reports how far it is', async () => {
    const places: number[] = [];
    const bytes = await makeZip(FILES);
    const reading = await readZip(sourceOf(bytes), {
      onFile: () => Promise.resolve(),
      onProgress: (place) => places.push(place),
    });
    expect(reading.findings).toEqual([]);
    expect(places.at(-1)).toBe(bytes.length);
    expect(places).toEqual([...places].sort((a, b) => a - b));
  });

  it('reads large contents whole, across its window', async () => {
    const files = [1, 2].map((n) => ({ name: `big${n}`, bytes: Buffer.alloc(2_500_000, n) }));
    const { findings, digests } = await look(await makeZip(files));
    expect(findings).toEqual([]);
    expect(digests.size).toBe(2);
    const gathered: Buffer[] = [];
    await readZip(sourceOf(await makeZip(files)), {
      onFile: async (_, pieces) => void gathered.push(await gather(pieces)),
    });
    expect(gathered.map((bytes, n) => bytes.equals(files[n]?.bytes ?? Buffer.alloc(0)))).toEqual([true, true]);
  });

  it('reads no window twice, and gives back what it read, whatever lies across its end', async () => {
    const files = Array.from({ length: 1500 }, (_, n) => ({
      name: `f/${n}`,
      bytes: Buffer.alloc(1900 + 37 * (n % 9), n),
    }));
    const bytes = await makeZip([...files, { name: 'big', bytes: Buffer.alloc(2_500_000, 1) }]);
    let [count, held, mostHeld] = [0, 0, 0];
    const source: BytesSource = {
      sizeBytes: bytes.length,
      read: (offset, sizeBytes) => {
        count += Math.min(sizeBytes, bytes.length - offset);
        mostHeld = Math.max(mostHeld, ++held);
        return Promise.resolve(Buffer.from(bytes.subarray(offset, offset + sizeBytes)));
      },
      usedUp: () => {
        held--;
      },
    };
    const { findings } = await readZip(source, { onFile: (_, pieces) => gather(pieces).then(() => undefined) });
    expect(findings).toEqual([]);
    expect(count).toBeLessThan(bytes.length + 300_000); // the directory is looked at first
    expect(mostHeld).toBeLessThan(7);
  });

  it('ends in findings whatever bytes it is given', async () => {
    const bytes = await makeZip(FILES);
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 400 }), async (noise) => {
        expect((await look(Buffer.from(noise))).findings).not.toEqual([]);
      }),
    );
    const edit = fc.tuple(fc.nat(bytes.length - 1), fc.uint8Array({ maxLength: 6 }), fc.nat(40));
    await fc.assert(
      fc.asyncProperty(fc.array(edit, { minLength: 1, maxLength: 5 }), async (edits) => {
        let harmed = bytes;
        for (const [at, put, out] of edits) {
          harmed = Buffer.concat([harmed.subarray(0, at), put, harmed.subarray(at + out)]);
        }
        fc.pre(!harmed.equals(bytes));
        expect((await look(harmed)).findings).not.toEqual([]);
      }),
      { numRuns: 2000 },
    );
  });

  it('has nothing to say only of the very bytes the writer makes', async () => {
    const name = fc.stringMatching(/^[a-z0-9]{1,8}(\/[a-z0-9]{1,5}){0,2}$/);
    const file = fc.record({ name, bytes: fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes)) });
    await fc.assert(
      fc.asyncProperty(fc.uniqueArray(file, { selector: (one) => one.name, maxLength: 12 }), async (files) => {
        const bytes = await makeZip(files, TIME);
        const { findings, reading } = await look(bytes);
        expect(findings).toEqual([]);
        expect(reading.entries.map((entry) => entry.name)).toEqual(files.map((one) => one.name));
      }),
    );
  });
});
