// A whole public log, checked from its files alone: what was altered, left out, cut off or made up is found and named.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { entryHash } from '../../../lib/custody.ts';
import { checkpointText, logOrigin, signedNote, type Checkpoint } from '../../../lib/formats/checkpoint.ts';
import { readTlogProof, tlogProofText } from '../../../lib/formats/tlog-proof.ts';
import { tilePath, tilesOf } from '../../../lib/formats/tiles.ts';
import { proveInLog, verifyInLog, verifyLog, type LogVerdict, type Trust } from '../../../lib/index.ts';
import { makeLogs, type MadeLogs } from '../long-log.ts';

function failing(): never {
  throw new Error('no proof');
}

let logs: MadeLogs;
let files: ReadonlyMap<string, Buffer>;
let trust: Trust;
let size: number;

beforeAll(async () => {
  logs = await makeLogs(600);
  trust = await logs.test.desk.trust();
  files = await allFiles();
  size = sizeOf(files, '2/checkpoint');
}, 120_000);
afterAll(() => logs.test.end());

/** Every file the desk has of its logs. */
async function allFiles(): Promise<Map<string, Buffer>> {
  const found = new Map<string, Buffer>();
  const take = async (path: string): Promise<void> => {
    found.set(path, Buffer.from((await logs.test.desk.logFile(path))?.bytes ?? []));
  };
  for (const log of [1, 2]) {
    await take(`${log}/checkpoint`);
    for (const name of tilesOf(sizeOf(found, `${log}/checkpoint`))) await take(`${log}/${tilePath(name)}`);
  }
  await take('checkpoint');
  return found;
}

function sizeOf(among: ReadonlyMap<string, Buffer>, path: string): number {
  return Number(among.get(path)?.toString().split('\n')[1]);
}

type Files = Map<string, Buffer>;

/** The verdict on the files after `harm`. */
async function verified(harm: (copy: Files) => void = () => undefined, against?: string): Promise<LogVerdict> {
  const copy = new Map([...files].map(([path, bytes]) => [path, Buffer.from(bytes)]));
  harm(copy);
  return verifyLog({ read: (path) => Promise.resolve(copy.get(path)) }, { trust, against });
}

async function codes(harm?: (copy: Files) => void, against?: string): Promise<string[]> {
  const { ok, findings } = await verified(harm, against);
  expect(ok).toBe(findings.length === 0);
  return findings.map(({ code, where }) => `${code} ${where}`);
}

function flip(path: string, at: number): (copy: Files) => void {
  return (copy) => {
    const bytes = copy.get(path) ?? Buffer.alloc(0);
    expect(bytes.length).toBeGreaterThan(at);
    bytes[at] = (bytes[at] ?? 0) ^ 1;
  };
}

async function sign(checkpoint: Checkpoint, log: 'own' | Buffer = 'own'): Promise<string> {
  const text = checkpointText(checkpoint);
  const { signature } = await logs.core.keys.sign('log', Buffer.from(text));
  const key = trust.keys.find(({ purpose }) => purpose === 'log')?.publicKey ?? '';
  return signedNote(text, checkpoint.origin, Buffer.from(key, 'base64'), log === 'own' ? signature : log);
}

describe('the public log, from its files alone', () => {
  it('holds, older logs too, and says how much was checked', async () => {
    const verdict = await verified();
    expect(verdict).toMatchObject({ ok: true, findings: [], logs: [{ log: 1 }, { log: 2, size }] });
    expect(verdict.notes.length).toBeGreaterThan(2);
    expect(await codes(undefined, logs.early)).toEqual([]);
  });

  it('holds with one log alone at the prefix, as a reader of tiles sees it', async () => {
    const source = { read: (path: string) => Promise.resolve(files.get(`2/${path}`)) };
    expect(await verifyLog(source, { trust })).toMatchObject({ ok: true, logs: [{ log: 2, size }] });
  });

  it('holds where a partial tile was taken away after it grew full', async () => {
    const growing = new Map(files);
    growing.set('checkpoint', Buffer.from(logs.early));
    growing.set('1/checkpoint', Buffer.from(logs.early));
    const verdict = await verifyLog({ read: (path) => Promise.resolve(growing.get(path)) }, { trust });
    expect(verdict.logs).toMatchObject([{ log: 1, size: sizeOf(growing, 'checkpoint') }]);
    expect(verdict.findings).toEqual([
      { code: 'log/missing', where: expect.stringMatching(/^1\/tile\/1\/000\.p\/1$/) },
    ]);
  });

  it.each([
    [
      'a tile of leaves',
      '1/tile/0/000',
      ['log/entries 1/tile/entries/000', 'log/root 1/checkpoint', 'log/tiles 1/tile/1/000.p/2'],
    ],
    [
      'the last tile of leaves',
      '2/tile/0/002',
      ['log/entries 2/tile/entries/002', 'log/root 2/checkpoint', 'log/root checkpoint'],
    ],
    ['entries', '1/tile/entries/001', ['log/entries 1/tile/entries/001']],
    ['a tile above the leaves', '1/tile/1/000', ['log/tiles 1/tile/1/000']],
  ])('names one bit in %s', async (_title, begins, expected) => {
    const path = [...files.keys()].find((each) => each.startsWith(begins)) ?? '';
    const found = await codes(flip(path, 40));
    expect(found).toHaveLength(expected.length);
    for (const [n, each] of found.sort().entries()) expect(each).toContain(expected[n]);
  });

  it('finds any one bit in any file', async () => {
    let n = 0;
    for (const path of files.keys()) {
      const { length } = files.get(path) ?? Buffer.alloc(0);
      for (let step = 0; step < 6; step++) {
        const at = (n++ * 7919) % length;
        expect({ path, at, found: (await codes(flip(path, at))).length > 0 }).toEqual({ path, at, found: true });
      }
    }
  }, 240_000);

  it('names every file that is missing or cut short', async () => {
    for (const path of files.keys()) {
      const missing = await codes((copy) => copy.delete(path));
      const isOptional = path === '2/checkpoint'; // then the log at the prefix is meant, whose tiles are not there
      if (!isOptional) expect(missing).toContain(`log/missing ${path}`);
      expect(missing).not.toEqual([]);
      const cut = await codes((copy) => copy.set(path, (copy.get(path) ?? Buffer.alloc(0)).subarray(0, -1)));
      expect(cut).toContain(`log/malformed ${path}`);
    }
  });

  it('finds a checkpoint that nobody known signed, of another desk, and of another log', async () => {
    const root = Buffer.alloc(32, 1);
    const unsigned = await sign({ origin: logOrigin(logs.core.desk, 2), size, root }, Buffer.alloc(64));
    const foreign = await sign({ origin: logOrigin('another', 2), size, root });
    const put = (path: string, note: string) => (copy: Files) => copy.set(path, Buffer.from(note));
    expect(await codes(put('2/checkpoint', unsigned))).toContain('log/signature 2/checkpoint');
    expect(await codes(put('2/checkpoint', foreign))).toContain('log/foreign 2/checkpoint');
    expect(await codes(put('checkpoint', foreign))).toContain('trust/other-desk trust.json is of another desk');
    expect(await codes((copy) => copy.set('1/checkpoint', copy.get('2/checkpoint') ?? Buffer.alloc(0)))).toContain(
      'log/foreign 1/checkpoint',
    );
  });

  it('finds a log that is behind the checkpoint above it', async () => {
    const root = Buffer.alloc(32, 1);
    const ahead = await sign({ origin: logOrigin(logs.core.desk, 2), size: size + 1, root });
    expect(await codes((copy) => copy.set('checkpoint', Buffer.from(ahead)))).toEqual(['log/cut-off 2/checkpoint']);
  });

  it.each<[string, string, () => Promise<string> | string]>([
    ['was altered', 'against/signature', () => logs.early.replace(/\n\d+\n/, '\n9\n')],
    [
      'is of a log that is not there',
      'against/other-log',
      () => sign({ origin: logOrigin(logs.core.desk, 3), size: 1, root: Buffer.alloc(32) }),
    ],
    [
      'is of more than the log holds',
      'against/cut-off',
      () => sign({ origin: logOrigin(logs.core.desk, 1), size: 9_999, root: Buffer.alloc(32) }),
    ],
    [
      'is of other entries',
      'against/differs',
      () => sign({ origin: logOrigin(logs.core.desk, 1), size: 300, root: Buffer.alloc(32) }),
    ],
  ])('says so when the checkpoint kept elsewhere %s', async (_title, code, note) => {
    expect((await verified(undefined, await note())).findings.map((finding) => finding.code)).toEqual([code]);
  });

  it('is at most consistent without trust.json', async () => {
    const verdict = await verifyLog({ read: (path) => Promise.resolve(files.get(path)) });
    expect(verdict.findings.map(({ code }) => code)).toEqual(['trust/unknown-signer']);
    expect(verdict.ok).toBe(false);
  });

  it.each([
    '',
    'nothing',
    'referral-desk/x\n1\n',
    'other/x/1\n0\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n\n— x AAAA\n',
  ])('is none when its checkpoint says %j', async (text) => {
    const verdict = await verifyLog({
      read: (path) => Promise.resolve(path === 'checkpoint' ? Buffer.from(text) : undefined),
    });
    expect(verdict).toMatchObject({ ok: false, findings: [{ code: 'log/malformed' }], logs: [] });
  });

  it('says so when there is nothing at all', async () => {
    const verdict = await verifyLog({ read: () => Promise.resolve(undefined) }, { trust });
    expect(verdict.findings).toEqual([{ code: 'log/missing', where: 'checkpoint' }]);
  });

  it('proves any of its entries by itself, and a proof of another entry or of an altered log shows nothing', async () => {
    const source = { read: (path: string) => Promise.resolve(files.get(path)) };
    const { entries } = await logs.test.desk.deskCustody(await logs.test.as('auditor'));
    const desk = logs.core.desk;
    for (const seq of [0, 255, 256, entries.length - 1]) {
      const hash = entryHash(entries[seq] ?? '');
      const proof = readTlogProof(tlogProofText((await proveInLog(source, hash)) ?? failing()));
      if (proof === undefined) throw new Error('no proof');
      expect(verifyInLog(proof, { desk, hash, trust }).findings).toEqual([]);
      const codesOf = (more: object, by = trust): string[] =>
        verifyInLog({ ...proof, ...more }, { desk, hash, trust: by }).findings.map(({ code }) => code);
      expect(codesOf({ index: proof.index - 1 })).toEqual(['log/inclusion']);
      expect(codesOf({ hashes: proof.hashes.slice(1) })).toEqual(['log/inclusion']);
      expect(codesOf({ checkpoint: logs.early })).toContain('log/inclusion');
      expect(codesOf({ checkpoint: proof.checkpoint.replace(/\n\d+\n/, '\n9\n') })).toContain('log/signature');
      expect(verifyInLog(proof, { desk, hash }).findings.map(({ code }) => code)).toEqual(['trust/unknown-signer']);
    }
    expect(await proveInLog(source, '00'.repeat(32))).toBeUndefined();
    expect(await proveInLog({ read: () => Promise.resolve(undefined) }, '00'.repeat(32))).toBeUndefined();
    expect(readTlogProof('c2sp.org/tlog-proof@v1\nindex 01\n\nx')).toBeUndefined();
  });

  it('passes on what its source throws', async () => {
    await expect(verifyLog({ read: () => Promise.reject(new Error('cut off')) }, { trust })).rejects.toThrow('cut off');
  });
});
