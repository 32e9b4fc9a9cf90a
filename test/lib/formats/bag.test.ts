// The bag: its texts, the strict reading of them, and the public conformance suite of RFC 8493.
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  BAGIT,
  bagInfo,
  checkBag,
  isBagPath,
  isBagText,
  manifestText,
  payloadOxum,
  readBagInfo,
  readManifest,
  type Bag,
  type BagFile,
} from '../../../lib/formats/bag.ts';
import { isCode } from '../../../lib/errors.ts';

const SUITE = resolve(import.meta.dirname, '../../../../shared/vectors/bagit/v1.0');
const digest = (algorithm: string, bytes: Uint8Array): string => createHash(algorithm).update(bytes).digest('hex');

function bagOf(contents: ReadonlyMap<string, Buffer>): Bag {
  const files = [...contents].map(([path, bytes]): [string, BagFile] => [
    path,
    { sizeBytes: bytes.length, digests: { sha256: digest('sha256', bytes), sha512: digest('sha512', bytes) } },
  ]);
  return { files: new Map(files), texts: new Map([...contents].filter(([path]) => isBagText(path))) };
}

function makeBag(): Map<string, Buffer> {
  const payload = new Map([
    ['data/case.json', Buffer.from('{}')],
    ['data/media/E0001.bin', Buffer.from('one')],
    ['data/50%\r\n', Buffer.from('odd')],
  ]);
  const listed = (files: ReadonlyMap<string, Buffer>): string =>
    manifestText([...files].map(([path, bytes]) => ({ path, sha256: digest('sha256', bytes) })));
  const sizes = [...payload.values()].map((bytes) => ({ sizeBytes: bytes.length }));
  const tags = new Map([
    ['bagit.txt', Buffer.from(BAGIT)],
    ['bag-info.txt', Buffer.from(bagInfo([['External-Identifier', 'an id']], sizes))],
    ['manifest-sha256.txt', Buffer.from(listed(payload))],
  ]);
  return new Map([...payload, ...tags, ['tagmanifest-sha256.txt', Buffer.from(listed(tags))]]);
}

const said = (contents: ReadonlyMap<string, Buffer>): string[] =>
  checkBag(bagOf(contents)).map(({ code, where }) => `${code} ${where}`);

function changed(path: string, change: (text: string) => string): string[] {
  const contents = makeBag();
  contents.set(path, Buffer.from(change(contents.get(path)?.toString() ?? ''), 'utf8'));
  return said(contents);
}

describe('a bag of ours', () => {
  it('is without findings', () => {
    expect(said(makeBag())).toEqual([]);
  });

  it('lists its files in the order of their bytes, encoding only CR, LF and %', () => {
    const sha256 = 'a'.repeat(64);
    const text = manifestText(
      ['data/\u{1F600}', 'data/\uFF01', 'data/b', 'data/B', 'data/%\r\n'].map((path) => ({ path, sha256 })),
    );
    expect(text.split('\n').map((line) => line.slice(66))).toEqual([
      'data/%25%0D%0A',
      'data/B',
      'data/b',
      'data/\uFF01',
      'data/\u{1F600}',
      '',
    ]);
  });

  it('lists the same files by SHA-512, and reads them again', () => {
    const contents = makeBag();
    const of = (isIn: (path: string) => boolean) =>
      [...contents].flatMap(([path, bytes]) =>
        isIn(path) ? [{ path, sha256: digest('sha256', bytes), sha512: digest('sha512', bytes) }] : [],
      );
    const isPayload = (path: string): boolean => path.startsWith('data/');
    contents.set('manifest-sha512.txt', Buffer.from(manifestText(of(isPayload), 'sha512')));
    const isTag = (path: string): boolean => !isPayload(path) && !path.startsWith('tagmanifest-');
    contents.set('tagmanifest-sha256.txt', Buffer.from(manifestText(of(isTag))));
    contents.set('tagmanifest-sha512.txt', Buffer.from(manifestText(of(isTag), 'sha512')));
    expect(contents.get('manifest-sha512.txt')?.toString()).toContain('  data/50%25%0D%0A\n');
    expect(said(contents)).toEqual([]);
    contents.set('data/case.json', Buffer.from('[]'));
    expect(said(contents).filter((each) => each === 'bag/digest data/case.json')).toHaveLength(2);
    expect(() => manifestText([{ path: 'data/a', sha256: 'a'.repeat(64) }], 'sha512')).toThrow();
  });

  it('keeps the order of its labels and ends with the payload', () => {
    const info = bagInfo(
      [
        ['B', 'two\r\n lines'],
        ['A', 'é'],
        ['B', 'again'],
      ],
      [{ sizeBytes: 5 }, { sizeBytes: 0 }],
    );
    expect(info).toBe('B: two lines\nA: é\nB: again\nPayload-Oxum: 5.2\n');
    expect(readBagInfo(Buffer.from(info))?.at(-1)).toEqual([
      'Payload-Oxum',
      payloadOxum([{ sizeBytes: 5 }, { sizeBytes: 0 }]),
    ]);
    expect(readBagInfo(Buffer.from('A: one\n  two\n'))).toEqual([['A', 'one two']]);
    expect(['A\n', ' x\n', 'A : x\n', 'A: x', '\n'].map((text) => readBagInfo(Buffer.from(text)))).toEqual(
      Array(5).fill(undefined),
    );
  });

  it.each([
    [
      'a file twice',
      [
        { path: 'data/a', sha256: 'a'.repeat(64) },
        { path: 'data/a', sha256: 'a'.repeat(64) },
      ],
    ],
    ['a path that climbs', [{ path: 'data/../a', sha256: 'a'.repeat(64) }]],
    ['a digest that is none', [{ path: 'data/a', sha256: 'A'.repeat(64) }]],
  ])('is never made with %s', (_, files) => {
    let failure: unknown;
    try {
      manifestText(files);
    } catch (error) {
      failure = error;
    }
    expect(isCode(failure, 'internal')).toBe(true);
  });

  it('names what is missing, unlisted or changed', () => {
    const contents = makeBag();
    contents.delete('data/case.json');
    contents.set('data/media/E0001.bin', Buffer.from('two'));
    contents.set('data/more', Buffer.from(''));
    contents.set('notes.txt', Buffer.from(''));
    expect(said(contents).sort()).toEqual([
      'bag/digest data/media/E0001.bin',
      'bag/missing data/case.json',
      'bag/oxum bag-info.txt',
      'bag/unlisted data/more',
      'bag/unlisted notes.txt',
    ]);
    const bag = bagOf(contents);
    expect(checkBag({ ...bag, besides: ['notes.txt'] }).map(({ where }) => where)).not.toContain('notes.txt');
  });

  it('names the text that has lost its form', () => {
    expect(changed('bagit.txt', (text) => `\uFEFF${text}`)).toContain('bag/malformed bagit.txt');
    expect(changed('bagit.txt', (text) => text.trimEnd())).toContain('bag/malformed bagit.txt');
    expect(changed('bag-info.txt', (text) => `${text}nothing\n`)).toContain('bag/malformed bag-info.txt');
    expect(changed('bag-info.txt', (text) => text.replace('.3', '.4'))).toContain('bag/oxum bag-info.txt');
    expect(changed('manifest-sha256.txt', (text) => text.trimEnd())).toContain('bag/malformed manifest-sha256.txt');
    expect(changed('manifest-sha256.txt', (text) => `${text}abc  data/x\n`)).toContain(
      'bag/malformed manifest-sha256.txt',
    );
    expect(changed('manifest-sha256.txt', (text) => text.replace('%25', '%41'))).toContain(
      'bag/malformed manifest-sha256.txt',
    );
    expect(changed('manifest-sha256.txt', (text) => text.replace('data/case', '../case'))).toContain(
      'bag/path ../case.json',
    );
    expect(changed('manifest-sha256.txt', (text) => text + text)).toContain('bag/duplicate data/case.json');
  });

  it('needs its declaration and a manifest, and nothing from elsewhere', () => {
    expect(said(new Map([['fetch.txt', Buffer.from('')]]))).toEqual([
      'bag/missing bagit.txt',
      'bag/missing manifest-sha256.txt',
      'bag/fetch fetch.txt',
    ]);
  });

  it('never passes with any one byte of it changed', () => {
    for (const [path, bytes] of makeBag()) {
      for (let at = 0; at < bytes.length; at++) {
        const contents = makeBag();
        const harmed = Buffer.from(bytes);
        harmed[at] = (harmed[at] ?? 0) ^ 1;
        contents.set(path, harmed);
        expect([path, at, said(contents).length > 0]).toEqual([path, at, true]);
      }
    }
  });

  it('reads every manifest it makes, and any bytes at all', () => {
    const path = fc
      .string({ unit: 'grapheme', minLength: 1 })
      .map((name) => `data/${name}`)
      .filter(isBagPath);
    fc.assert(
      fc.property(fc.uniqueArray(path), (paths) => {
        const sha256 = '0'.repeat(64);
        const { digests, findings } = readManifest(
          Buffer.from(manifestText(paths.map((one) => ({ path: one, sha256 })))),
          'manifest-sha256.txt',
          'sha256',
        );
        expect([findings, [...digests.keys()].sort()]).toEqual([[], [...paths].sort()]);
      }),
    );
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1 }), (bytes) => {
        expect(readManifest(bytes, 'manifest-sha256.txt', 'sha256').findings).not.toEqual([]);
      }),
    );
  });

  it.each(['/a', '~a', 'C:/a', 'a\\b', 'a//b', '../a', 'a/..', 'a/./b', '', 'a\0'])('has no path %j', (path) => {
    expect(isBagPath(path)).toBe(false);
  });
});

describe('the conformance suite of RFC 8493', () => {
  const suiteIt = existsSync(SUITE) ? it : it.skip; // skipped where the public suite is not beside the project
  const load = (folder: string): Map<string, Buffer> =>
    new Map(
      readdirSync(join(SUITE, folder), { recursive: true, withFileTypes: true })
        .filter((file) => file.isFile())
        .map((file) => join(file.parentPath, file.name))
        .map((path) => [path.slice(join(SUITE, folder).length + 1), readFileSync(path)]),
    );

  suiteIt('passes the valid bag', () => {
    expect(said(load('valid/basicBag'))).toEqual([]);
  });

  suiteIt.each([
    ['same-filename-listed-twice-with-the-same-hash', 'bag/duplicate data/README'],
    ['same-filename-listed-twice-with-different-hashes', 'bag/duplicate data/README'],
    ['notAllManifestsListAllFiles', 'bag/unlisted data/missingFromManifest.txt'],
    ['bagit-with-invalid-whitespace', 'bag/malformed bagit.txt'],
  ])('refuses %s', (folder, finding) => {
    expect(said(load(`invalid/${folder}`))).toContain(finding);
  });

  suiteIt('is passed whole: no valid bag with a finding, no invalid one without', () => {
    for (const kind of ['valid', 'invalid']) {
      const bags = readdirSync(join(SUITE, kind));
      expect(bags.length).toBeGreaterThan(0);
      for (const bag of bags) expect([bag, said(load(`${kind}/${bag}`)).length === 0]).toEqual([bag, kind === 'valid']);
    }
  });
});
