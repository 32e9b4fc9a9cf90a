// A data folder and what a desk gives out, made by the product and read by a reader that knows nothing but the formats.
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { checkFolder } from './check-folder.ts';
import { checkCustody } from './custody.ts';
import { readLedger } from './ledger.ts';
import { makeFolder, type Made } from './make.ts';
import { leafHash, rootOfHashes } from './merkle.ts';
import { checkPacket, unpacked } from './packet.ts';
import { checkReceipt, type Files } from './receipt.ts';
import { fieldsOf } from './vectors.ts';
import { readZip } from './zip.ts';
import type { Json } from './json.ts';

describe.each([
  ['without a passphrase', undefined],
  ['behind a passphrase', 'pa\u0308ssphrase of an example'],
])('a data folder %s', (_, passphrase) => {
  const parent = mkdtempSync(join(tmpdir(), 'independent-'));
  let made: Made;
  beforeAll(async () => {
    made = await makeFolder(parent, { passphrase, looks: 230 });
  });
  afterAll(() => {
    rmSync(parent, { recursive: true, force: true });
  });
  const options = passphrase === undefined ? {} : { passphrase };

  it('holds in all its parts when read by the formats alone', () => {
    expect(checkFolder(made.dir, options)).toEqual([]);
  });

  it('does not open with another passphrase', () => {
    const found = checkFolder(made.dir, { passphrase: 'another' });
    expect(found.map(({ what }) => what)).toEqual(passphrase === undefined ? [] : ['the key file does not open']);
  });

  it('gives receipts that vouch for every file', () => {
    expect(checkReceipt(made.opened.receipt, made.trust, made.opened.files)).toEqual([]);
    expect(checkReceipt(made.finished.receipt, made.trust, made.finished.files)).toEqual([]);
  });

  it('gives receipts that vouch for a report, its files, and what was described of them', () => {
    const { receipt, files } = made.report;
    expect(checkReceipt(receipt, made.trust, files)).toEqual([]);
    const [[id] = [''], [another] = ['']] = files.details ?? [];
    const others = new Map(files.details).set(id, files.details?.get(another) ?? null);
    expect(checkReceipt(receipt, made.trust, { ...files, details: others })).toEqual([
      `details of ${id}: not what was committed to`,
    ]);
    const openings = fieldsOf(receipt).list('openings');
    for (const [index, opening] of openings.entries()) {
      if (fieldsOf(opening).text('label') === 'parts') continue;
      const fewer = { ...fieldsOf(receipt).value, openings: openings.toSpliced(index, 1) };
      expect(checkReceipt(fewer, made.trust, files)).not.toEqual([]);
    }
  });

  it('gives receipts that vouch for no other bytes', () => {
    const { receipt, files } = made.finished;
    const check = (changed: Partial<Files>): readonly string[] =>
      checkReceipt(receipt, made.trust, { ...files, ...changed });
    const [[id] = ['']] = files.attachments;
    const other = new Map([...files.attachments, [id, Buffer.from('other bytes')]]);
    const extra = new Map([...files.attachments, ['another', Buffer.from('other bytes')]]);
    expect(check({ attachments: other })).toEqual([`sha256 of ${id}: not what was committed to`]);
    expect(check({ attachments: extra })).toEqual(['no opening vouches for another']);
    expect(check({ attachments: new Map() })).toHaveLength(files.attachments.size);
    expect(check({ original: Buffer.from('{}') })).toEqual(['original: not what was committed to']);
    expect(check({ document: {} })).toEqual(['parts: not what was committed to']);
  });

  it('gives a finish receipt from which no opening can be left out', () => {
    const { receipt, files } = made.finished;
    const fields = fieldsOf(receipt);
    const openings = fields.list('openings');
    for (const [index, opening] of openings.entries()) {
      if (fieldsOf(opening).text('label') === 'parts') continue;
      const fewer = { ...fields.value, openings: openings.toSpliced(index, 1) };
      expect(checkReceipt(fewer, made.trust, files)).not.toEqual([]);
    }
  });

  it('gives out custody that stands in the log and grew out of the log as it was', () => {
    const { leaves } = readLedger(join(made.dir, 'ledger.db'));
    const hashes = leaves.slice(0, 13).map(({ hash }) => leafHash(Buffer.from(hash, 'hex')));
    const kept = { size: 13, root: rootOfHashes(hashes) };
    expect(checkCustody(made.custody, made.trust, kept)).toEqual([]);
    expect(checkCustody(made.deskCustody, made.trust)).toEqual([]);
    const other = { size: 13, root: rootOfHashes(hashes.toReversed()) };
    expect(checkCustody(made.custody, made.trust, other)).toEqual([
      'the consistency proof does not lead to the older root',
    ]);
  });

  it('gives out custody in which no entry can be changed or left out', () => {
    const fields = fieldsOf(made.custody);
    const entries = fields.list('entries').map(String);
    const changes: readonly (readonly Json[])[] = [
      entries.toSpliced(4, 1),
      entries.slice(1),
      entries.with(3, (entries[3] ?? '').replace('"attach"', '"view"')),
      entries.with(-1, (entries.at(-1) ?? '').replace('"view"', '"read"')),
    ];
    for (const changed of changes) {
      expect(checkCustody({ ...fields.value, entries: changed }, made.trust)).toHaveLength(1);
    }
  });

  it('gives out a packet that vouches for every file, and frozen just so', () => {
    expect(checkPacket(made.packed.bytes, made.trust)).toEqual([]);
    const { files } = unpacked(readZip(made.packed.bytes));
    const media = [...files].filter(([path]) => path.startsWith('data/media/')).map(([, bytes]) => bytes);
    expect(media.map(({ length }) => length).sort()).toEqual(
      [...made.finished.files.attachments.values()].map(({ length }) => length).sort(),
    );
    expect(files.get('data/referral.json')?.equals(made.finished.files.original)).toBe(true);
  });

  it('ends some files of the referral at the edge of a frame and others within one', () => {
    const sizes = [...made.finished.files.attachments.values()].map(({ length }) => length);
    expect(new Set(sizes)).toEqual(new Set([0, 1, 1_048_576, 2_621_440]));
  });
});

describe('the independent reader', () => {
  const MAKERS = new Set([
    'make.ts',
    'make-acts.ts',
    'make-filing.ts',
    'make-packet.ts',
    'make-report.ts',
    'make-restore.ts',
    'make-uploads.ts',
  ]);
  const files = readdirSync(import.meta.dirname).filter((name) => /(?<!\.test)\.ts$/.test(name) && !MAKERS.has(name));

  it.each(files)('uses nothing but itself and Node in %s', (name) => {
    const text = readFileSync(join(import.meta.dirname, name), 'utf8');
    const imported = [...text.matchAll(/\bfrom '([^']+)'|\bimport\('([^']+)'\)/g)].map(([, a, b]) => a ?? b ?? '');
    const foreign = imported.filter((from) => !/^(node:(crypto|sqlite|fs|path|zlib)|\.\/[a-z-]+\.ts)$/.test(from));
    expect(foreign).toEqual([]);
  });
});
