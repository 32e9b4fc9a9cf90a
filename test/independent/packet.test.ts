// A packet that a desk made, verified by a reader that knows nothing but the formats; and whatever is done to one, it finds.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { layZip, zipBytes } from '../../lib/formats/zip/write.ts';
import { checkFolder } from './check-folder.ts';
import { isObject, type Json } from './json.ts';
import { whole } from './make-acts.ts';
import {
  makePacket,
  makePartPacket,
  makeReportPacket,
  makeReportPart,
  makeTriagePacket,
  type MadePacket,
} from './make-packet.ts';
import { BY_ANYBODY, BY_THE_DESK, OF_A_PART, OF_A_REPORT } from './packet-lies.ts';
import { changed, changedByDesk, jsonOf, zipOf } from './packet-sabotage.ts';
import { checkPacket, unpacked } from './packet.ts';
import { flipped } from './sabotage.ts';
import { readXml, type Element } from './xml.ts';
import { readZip, zipTime } from './zip.ts';

const parent = mkdtempSync(join(tmpdir(), 'independent-'));
let made: MadePacket;

beforeAll(async () => {
  made = await makePacket(parent);
});

afterAll(() => {
  rmSync(parent, { recursive: true, force: true });
});

function findings(bytes: Buffer, trust: Json = made.trust): readonly string[] {
  return checkPacket(bytes, trust).map(({ where, what }) => `${where}: ${what}`);
}

describe('a packet', () => {
  it('holds in all its parts when read by the formats alone', () => {
    expect(findings(made.bytes)).toEqual([]);
  });

  it('comes from a folder that holds in all its parts', () => {
    expect(checkFolder(join(parent, 'desk'))).toEqual([]);
  });

  it('is told apart by every claim that can be made of looking', () => {
    const { files } = unpacked(readZip(made.bytes));
    const exhibits = jsonOf(files, 'data/case.json')['exhibits'] as readonly Json[];
    const told = exhibits.filter(isObject).map(({ path, viewed }) => `${path as string} ${viewed as string}`);
    expect(told).toEqual([
      'data/media/E0001.jpg entered',
      'data/media/E0002.bin stated',
      'data/media/E0003.mp4 partly',
      'data/media/E0004.png statedNot',
      'data/media/E0005.txt entered',
      'data/media/E0006.bin unstated',
    ]);
  });

  it('is the same when it is put together again by the formats alone', () => {
    const same = (): void => undefined;
    expect(changed(made.bytes, same).equals(made.bytes)).toBe(true);
    expect(changedByDesk(made.bytes, made.key, same).equals(made.bytes)).toBe(true);
  });

  it('is no packet of another desk', async () => {
    const other = await makePacket(mkdtempSync(join(parent, 'other-')));
    expect(findings(made.bytes, other.trust)).toContain('signature.json: is of another desk');
  });

  it('is signed by no key that had been replaced when it was ordered', () => {
    const { keys, ...trust } = made.trust as { readonly keys: readonly { readonly id: string }[] };
    const to = new Date(Date.parse(made.orderedAt) - 1).toISOString();
    const ended = keys.map((key) => (key.id === made.key.id ? { ...key, to } : key));
    expect(findings(made.bytes, { ...trust, keys: ended })).toEqual([
      'signature.json: its key had been replaced by then',
      'summary-signature.json: its key had been replaced by then',
    ]);
  });
});

describe('a packet in which one bit was changed', () => {
  const everyBit = (from: number, to: number, step: number): readonly number[] => {
    const bits: number[] = [];
    for (let bit = from; bit < to; bit += step) if (findings(flipped(made.bytes, bit)).length === 0) bits.push(bit);
    return bits;
  };

  it('is found out wherever the bit is in the first header, the directory or the end', () => {
    const { files } = readZip(made.bytes);
    const facts = files.reduce((sum, { name }) => sum + 46 + name.length, 22);
    expect(everyBit(0, 8 * 100, 1)).toEqual([]);
    expect(everyBit(8 * (made.bytes.length - facts), 8 * made.bytes.length, 3)).toEqual([]);
  });

  it('is found out wherever the bit is in the files', () => {
    expect(everyBit(0, 8 * made.bytes.length, Math.ceil((8 * made.bytes.length) / 300))).toEqual([]);
  });
});

describe('a packet that somebody changed', () => {
  it.each(Object.entries(BY_ANYBODY))('is found out when %s', (_, change) => {
    const bytes = changed(made.bytes, change);
    expect(bytes.equals(made.bytes)).toBe(false);
    expect(findings(bytes)).not.toEqual([]);
  });

  it('is found out when all is put right after the change but the signature is by another key', () => {
    const forger = { id: made.key.id, seed: Buffer.alloc(32, 7) };
    const bytes = changedByDesk(made.bytes, forger, (files) => {
      files.set('README.txt', Buffer.from('another\n'));
    });
    expect(findings(bytes)).toEqual(['signature.json: does not hold', 'summary-signature.json: does not hold']);
    const unknown = changedByDesk(made.bytes, { ...forger, id: '00'.repeat(16) }, () => undefined);
    expect(findings(unknown)).toEqual([
      expect.stringMatching(/^signature.json: no packets key 0+ in trust$/),
      expect.stringMatching(/^summary-signature.json: no packets key 0+ in trust$/),
    ]);
  });

  it('is found out when its container has another spelling', () => {
    const { files, time } = readZip(made.bytes);
    const others: readonly Buffer[] = [
      Buffer.concat([Buffer.from('x'), made.bytes]),
      Buffer.concat([made.bytes, Buffer.from('x')]),
      made.bytes.subarray(0, -1),
      zipOf(files, zipTime('2026-02-01T10:00:00.000Z')),
      zipOf(
        files.map(({ name, bytes }) => ({ name: name.replace(/^[^/]+/, 'packet'), bytes })),
        time,
      ),
      zipOf([...files, { name: files[0]?.name.toLowerCase() ?? '', bytes: Buffer.from('twice') }], time),
      zipOf([...files, { name: '../escape.txt', bytes: Buffer.from('out') }], time),
    ];
    for (const bytes of others) expect(findings(bytes)).toHaveLength(1);
  });
});

describe('a packet about which its desk lies', () => {
  it.each(Object.entries(BY_THE_DESK))('is found out when %s', (_, change) => {
    expect(findings(changedByDesk(made.bytes, made.key, change))).not.toEqual([]);
  });
});

describe('a packet of a CyberTipline report', () => {
  let told: MadePacket;
  beforeAll(async () => {
    told = await makeReportPacket(mkdtempSync(join(parent, 'report-')));
  });

  it('holds in all its parts when read by the formats alone', () => {
    expect(findings(told.bytes, told.trust)).toEqual([]);
  });

  it('tells of looking what was described', () => {
    const { files } = unpacked(readZip(told.bytes));
    const exhibits = (jsonOf(files, 'data/case.json')['exhibits'] as readonly Json[]).filter(isObject);
    expect(exhibits.map(({ viewed }) => viewed)).toEqual(['stated', 'unstated', 'statedNot']);
  });

  it('is found out wherever one bit was changed', () => {
    const missed: number[] = [];
    for (let bit = 0; bit < 8 * told.bytes.length; bit += Math.ceil((8 * told.bytes.length) / 300))
      if (findings(flipped(told.bytes, bit), told.trust).length === 0) missed.push(bit);
    expect(missed).toEqual([]);
  });

  it.each(Object.entries(OF_A_REPORT))('is found out when %s', (_, change) => {
    const bytes = changedByDesk(told.bytes, told.key, change);
    expect(bytes.equals(told.bytes)).toBe(false);
    expect(findings(bytes, told.trust)).not.toEqual([]);
  });

  it('says in cybertipline.xml what the report said', () => {
    const { files } = unpacked(readZip(told.bytes));
    const [sent, written] = ['data/received/report.xml', 'data/cybertipline.xml'].map((path) => files.get(path));
    const tree = ({ name, attributes, children, text }: Element): unknown => [
      name,
      [...attributes].map(([key, value]) => [key, value.trim()]),
      children.length === 0 ? text : children.map(tree),
    ];
    const plain = (bytes: Buffer | undefined): unknown => tree(readXml(bytes ?? Buffer.alloc(0)));
    const byValue = JSON.parse(
      JSON.stringify(plain(sent)).replaceAll('"verified","1"', '"verified","true"'),
    ) as unknown;
    expect(plain(written)).toEqual(byValue);
  });
});

describe('an archive of as many files as ZIP alone cannot count', () => {
  it('is read by its ZIP64 end', async () => {
    const names = Array.from({ length: 65_535 }, (_, n) => `f/${n}`);
    const entries = names.map((name) => ({ name, sizeBytes: 0, crc32: '00000000' }));
    const bytes = await whole(zipBytes(layZip(entries, new Date('2026-02-01T10:00:01.000Z')), () => []));
    const { files, time } = readZip(bytes);
    expect([files.length, time]).toEqual([65_535, zipTime('2026-02-01T10:00:00.000Z')]);
    expect(bytes.readUInt32LE(bytes.length - 98)).toBe(0x06064b50);
  });
});

describe('a packet that shows a part', () => {
  let part: MadePacket;
  beforeAll(async () => {
    part = await makePartPacket(mkdtempSync(join(parent, 'part-')));
  });

  it('holds in all its parts when read by the formats alone', () => {
    expect(findings(part.bytes, part.trust)).toEqual([]);
  });

  it.each([
    ['for triage', makeTriagePacket],
    ['of a report', makeReportPart],
  ])('holds in all its parts %s', async (_, make) => {
    const made = await make(mkdtempSync(join(parent, 'part-')));
    expect(findings(made.bytes, made.trust)).toEqual([]);
  });

  it.each(Object.entries(OF_A_PART))('is found out when %s', (_, change) => {
    expect(findings(changedByDesk(part.bytes, part.key, change), part.trust)).not.toEqual([]);
  });
});
