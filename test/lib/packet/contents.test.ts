// What lies in a packet: names the desk gave, whatever a sender calls his files; texts for an officer with no special software.
import { execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { plainCell } from '../../../lib/formats/csv.ts';
import { sha256Hex } from '../../../lib/formats/canonical.ts';
import { verifyPacket, type Case } from '../../../lib/index.ts';
import { exhibitPath } from '../../../lib/packet/exhibit-path.ts';
import { MESSAGE_COLUMNS, messageRows } from '../../../lib/packet/messages.ts';
import { packetFolder } from '../../../lib/packet/parts.ts';
import { freshDesk, noise, referralBody, stream, type NoiseFile, type TestDesk } from '../../material.ts';
import { caseIn, pack, sourceOf, takeAll, unpack, type Files } from './material.ts';

const ODD_NAMES = [
  '../../x.exe',
  'C:\\Windows\\evil.bat',
  '/etc/passwd',
  'photo\u202egnp.exe',
  `${'long'.repeat(50)}.jpg`,
  'no ending',
  '.hidden',
  'two.tar.gz',
  'CAPITALS.JPG',
  'a\nb.mp4',
  'תמונה.png',
  'con.txt',
  '=cmd|calc.csv',
];
const DECLARED = ODD_NAMES.map((path, n) => noise(path, n === 3 ? 0 : 10 + n));
const UNDECLARED = [noise('late one.jpg', 5), noise('late two', 0)];
const SAID = [
  '=HYPERLINK("http://example.org")',
  '+1',
  '-1',
  '@SUM(A1)',
  '\t=1',
  "'quoted",
  'plain, "with" all;\nof it',
  '＝1+1',
  'שלום',
];
const MORE = {
  chatGroups: [
    {
      id: 'g',
      platform: 'Example Chat',
      names: [{ name: '=Group' }],
      members: [{ id: 'm', displayName: '@Kim', role: 'member' }],
    },
  ],
  messages: SAID.map((text, n) => ({
    id: `x${n}`,
    chatGroup: 'g',
    sender: 'm',
    sent: { at: '2026-01-01T10:00:00Z', clockSource: 'device' },
    text,
    ...(n === 0 ? { attachments: [{ path: '../../x.exe' }] } : {}),
  })),
};

let test: TestDesk;
let bytes: Buffer;
let files: Files;
let manifest: Case;
let body: Buffer;

/** Declared files sent last first, the undeclared before all of them; every file under a name that is not the declared one. */
beforeAll(async () => {
  test = await freshDesk();
  const reporter = await test.as('reporter');
  body = Buffer.from(` ${referralBody(DECLARED, MORE).toString('utf8')}\n`);
  const { referralId, attachments } = await test.desk.open(reporter, body, 'k');
  const send = async (id: string, file: NoiseFile, name?: string): Promise<void> => {
    const declared = { sha256: file.sha256, sizeBytes: file.bytes.length };
    await test.desk.attach(reporter, referralId, id, declared, { name }, stream(file.bytes));
  };
  for (const file of UNDECLARED) await send(randomUUID(), file, file.path);
  for (const [n, { id }] of [...attachments.entries()].reverse()) {
    const file = DECLARED[n];
    if (file !== undefined) await send(id, file);
  }
  await test.desk.finish(reporter, referralId);
  bytes = await takeAll(test, await pack(test, referralId));
  files = await unpack(bytes);
  manifest = caseIn(files);
});
afterAll(() => test.end());

describe('the exhibits of a packet', () => {
  it('come in the order of the referral, then of arrival, under the desk’s own names', () => {
    const all = [...DECLARED, ...UNDECLARED];
    expect(manifest.exhibits.map(({ sha256 }) => sha256)).toEqual(all.map(({ sha256 }) => sha256));
    expect(manifest.exhibits.map(({ originalName }) => originalName)).toEqual(all.map(({ path }) => path));
    expect(manifest.exhibits.map(({ exhibit }) => exhibit)).toEqual(
      all.map((_, n) => `E${String(n + 1).padStart(4, '0')}`),
    );
    expect(manifest.exhibits.map(({ declared }) => declared)).toEqual([...DECLARED.keys(), null, null]);
  });

  it('lie under plain paths, of which no sender chose more than a known ending', () => {
    const endings = [
      'bin',
      'bin',
      'bin',
      'bin',
      'jpg',
      'bin',
      'bin',
      'gz',
      'jpg',
      'mp4',
      'png',
      'txt',
      'csv',
      'jpg',
      'bin',
    ];
    expect(manifest.exhibits.map(({ path }) => path)).toEqual(
      endings.map((ending, n) => `data/media/E${String(n + 1).padStart(4, '0')}.${ending}`),
    );
    for (const path of files.keys()) expect(path).toMatch(/^[A-Za-z0-9/.-]+$/);
  });

  it('are the bytes that were sent, of nothing too', () => {
    for (const [n, file] of [...DECLARED, ...UNDECLARED].entries())
      expect(files.get(manifest.exhibits[n]?.path ?? '')?.equals(file.bytes)).toBe(true);
  });

  it.each([
    [undefined, 'bin'],
    ['x', 'bin'],
    ['x.', 'bin'],
    ['.jpg', 'jpg'],
    ['x.JPEG', 'jpeg'],
    ['x.jpg.exe', 'bin'],
    ['x.jpg ', 'bin'],
    ['x.jpg\n', 'bin'],
    ['x.j\u200bpg', 'bin'],
    ['x.html', 'bin'],
    ['x.svg', 'bin'],
    ['x.docm', 'bin'],
    ['x.ſvg', 'bin'],
    ['x.__proto__', 'bin'],
  ])('named %j end in %s', (name, ending) => {
    expect(exhibitPath('E0001', name)).toBe(`data/media/E0001.${ending}`);
  });
});

describe('the texts of a packet', () => {
  it('hold the referral byte for byte', () => {
    expect(files.get('data/referral.json')?.equals(body)).toBe(true);
  });

  it('hold messages none of which acts as a formula, and each of which can be had back', () => {
    const csv = (files.get('data/messages.csv') ?? Buffer.alloc(0)).toString('utf8');
    expect(csv.startsWith('\uFEFF"number"')).toBe(true);
    const cells = [...csv.matchAll(/"((?:[^"]|"")*)"(?:,|\r\n)/g)].map(([, cell = '']) => cell.replaceAll('""', '"'));
    const rows = SAID.map((_, n) => cells.slice((n + 1) * MESSAGE_COLUMNS.length, (n + 2) * MESSAGE_COLUMNS.length));
    expect(rows.map((row) => plainCell(row.at(-1) ?? ''))).toEqual(SAID);
    for (const cell of cells) expect(cell).not.toMatch(/^[=+\-@\t\r＝]/);
    expect(rows[0]?.[13]).toBe('E0001');
    expect(rows[0]?.slice(2, 6).map(plainCell)).toEqual(['=Group', 'x0', 'm', '@Kim']);
  });

  it('name the exhibit of a message by what the referral calls it, whatever it was called when it was sent', () => {
    const exhibits = [{ ...manifest.exhibits[0], originalName: 'sent-as.jpg', declared: 0 }] as Case['exhibits'];
    const sent = { at: '2026-01-01T10:00:00Z', clockSource: 'device' as const };
    const message = { id: 'x', sender: 'm', sent, attachments: [{ path: 'chat/one.jpg' }] };
    const referral = {
      ...(JSON.parse(body.toString('utf8')) as object),
      messages: [message],
      attachments: [{ path: 'chat/one.jpg' }],
    };
    const [row] = [...messageRows(referral as Parameters<typeof messageRows>[0], exhibits)];
    expect(row?.[13]).toBe('E0001');
  });

  it('begin with a README in plain ASCII, in lines of a terminal, with the digest of the case manifest', () => {
    const text = (files.get('README.txt') ?? Buffer.alloc(0)).toString('latin1');
    expect([...files.keys()][0]).toBe('README.txt');
    expect(text).toMatch(/^[\x20-\x7e\n]+$/);
    expect(text.split('\n').filter((line) => line.length > 80)).toEqual([]);
    const digest = sha256Hex(files.get('data/case.json') ?? Buffer.alloc(0));
    expect(text.match(/[0-9a-f]{64}/g)).toEqual([digest]);
    expect((files.get('bag-info.txt') ?? Buffer.alloc(0)).toString('utf8')).toContain(
      `Case-Manifest-SHA256: ${digest}\n`,
    );
  });

  it('name every file in the case manifest, but itself, the PDF and the bag’s own', () => {
    const named = manifest.files.map(({ path }) => path).sort();
    const others = ['README.txt', 'bag-info.txt', 'bagit.txt', 'data/case.json', 'data/summary.pdf'];
    const bags = ['manifest-sha256.txt', 'signature.json', 'summary-signature.json', 'tagmanifest-sha256.txt'];
    expect([...named, ...others, ...bags].sort()).toEqual([...files.keys()].sort());
  });
});

describe('a packet in other people’s hands', () => {
  const has = (program: string): boolean => {
    try {
      execFileSync('which', [program], { stdio: 'ignore' });
      return true;
    } catch {
      return false;
    }
  };
  const isHere = has('unzip') && has('sha256sum');
  const withTools = isHere ? it : it.skip; // unzip or sha256sum is not installed

  withTools('is unpacked by unzip, and holds by sha256sum -c', () => {
    const dir = mkdtempSync(join(tmpdir(), 'referral-desk-unzip-'));
    try {
      writeFileSync(join(dir, 'packet.zip'), bytes);
      execFileSync('unzip', ['-tq', 'packet.zip'], { cwd: dir });
      execFileSync('unzip', ['-q', 'packet.zip'], { cwd: dir });
      const root = join(dir, packetFolder(manifest.packet?.id ?? ''));
      for (const list of ['tagmanifest-sha256.txt', 'manifest-sha256.txt']) {
        const lines = execFileSync('sha256sum', ['-c', '--strict', list], { cwd: root })
          .toString('utf8')
          .trim()
          .split('\n');
        expect(lines.every((line) => line.endsWith(': OK'))).toBe(true);
        expect(lines.length).toBeGreaterThan(4);
      }
      for (const [path, content] of files) expect(readFileSync(join(root, path)).equals(content)).toBe(true);
    } finally {
      rmSync(dir, { recursive: true, force: true });
    }
  });

  it('is authentic', async () => {
    const { findings } = await verifyPacket(sourceOf(bytes), { trust: test.trust });
    expect(findings).toEqual([]);
  });
});
