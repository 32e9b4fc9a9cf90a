// Volume and loss: 300 files, 2 GiB, submitted to a serving desk; both processes killed (SIGKILL) half-way; served and submitted again;
// finished, verified, watched; then packed, taken and verified, each in a process of its own. Then one file of 2 GiB. Prints one line a check, and exits 1 when one fails. Linux only (/proc).
//   npm run volume [-- --small | --mib 512]
import { createHash, randomBytes } from 'node:crypto';
import { closeSync, mkdirSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { lastJson, runDesk, type Run } from './processes.ts';
import { uploadThroughDoor } from './volume-door.ts';

const MOST_RESIDENT_MIB = 200;
const MOST_AT_ONCE_MIB = 256; // four large files at once: 199 to 242 were measured
const MOST_PACKING_MIB = 256; // the PDF's program and fonts come on top
const { small: isSmall, mib } = parseArgs({ options: { small: { type: 'boolean' }, mib: { type: 'string' } } }).values;
const MIB = 1024 * 1024;
const totalBytes = (isSmall === true ? 128 : Number(mib ?? 2048)) * MIB;
const fileCount = isSmall === true ? 60 : Math.ceil(totalBytes / (7 * MIB));

const root = mkdtempSync(join(tmpdir(), 'referral-desk-volume-'));
const data = join(root, 'desk');
const files = join(root, 'files');
const results: boolean[] = [];

function check(name: string, isRight: boolean, detail = ''): void {
  results.push(isRight);
  process.stdout.write(`${isRight ? 'ok    ' : 'FAILED'} ${name}${detail === '' ? '' : ` (${detail})`}\n`);
}

/** As `npm run desk` runs it, on this run's desk. */
const desk = (...words: string[]): Run => runDesk(root, [...words, '--data', data]);

async function untilTrue(what: string, isTrue: () => Promise<boolean> | boolean, seconds = 300): Promise<void> {
  const deadline = performance.now() + seconds * 1000;
  while (!(await isTrue())) {
    if (performance.now() > deadline) throw new Error(`waited too long for: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

/** Ends a desk that serves, and tells of its faults. */
async function end(server: Run): Promise<void> {
  server.child.kill('SIGTERM');
  const { err } = await server.ended;
  check(
    'the desk that served met no fault',
    !err.includes('FAULT'),
    err.slice(err.indexOf('FAULT')).slice(0, 300).trim(),
  );
}

/** Noise, so that nothing can be guessed or compressed; the same megabyte with a counter in it, so that making it is quick. */
function writeNoise(path: string, sizeBytes: number): string {
  const hash = createHash('sha256');
  const block = randomBytes(MIB);
  const file = openSync(path, 'wx');
  for (let left = sizeBytes; left > 0; left -= MIB) {
    block.writeUInt32LE(left % 2 ** 32, 0);
    const piece = block.subarray(0, Math.min(MIB, left));
    hash.update(piece);
    writeSync(file, piece);
  }
  closeSync(file);
  return hash.digest('hex');
}

function writeReferral(name: string, declared: readonly object[]): string {
  const path = join(root, name);
  const referral = {
    incidentSummary: { incidentType: 'Child Sex Tourism', incidentDateTime: '2026-01-01T10:00:00Z' },
    reporter: { reportingPerson: { email: [{ value: 'ada@example.org' }] } },
    ...(declared.length > 0 ? { attachments: declared } : {}),
  };
  writeFileSync(path, JSON.stringify(referral));
  return path;
}

async function serve(): Promise<Run> {
  const run = desk('serve', '--port', '0');
  const line = await run.firstLine;
  if (!line.includes('url')) throw new Error(`serve did not start: ${line} ${(await run.ended).err}`);
  return run;
}

async function sealedCount(referralId: string): Promise<number> {
  const { code, out } = await desk('status', referralId).ended;
  if (code !== 0) return 0;
  const { attachments } = lastJson(out) as { attachments?: { state: string }[] };
  return (attachments ?? []).filter(({ state }) => state === 'sealed').length;
}

async function manyFiles(): Promise<void> {
  mkdirSync(files);
  const sizeBytes = Math.floor(totalBytes / fileCount);
  const declared = Array.from({ length: fileCount }, (_, n) => {
    const path = `part-${n % 7}/file-${n}.bin`;
    mkdirSync(join(files, `part-${n % 7}`), { recursive: true });
    const size = sizeBytes + (n % 2 === 0 ? 4321 : -4321);
    return { path, sha256: writeNoise(join(files, path), size), sizeBytes: size };
  });
  // every third file is not declared
  const referral = writeReferral(
    'many.json',
    declared.filter((_, n) => n % 3 !== 0),
  );
  let server = await serve();
  const first = desk('submit', referral, files);
  let referralId = '';
  await untilTrue('half of the files', async () => {
    if (referralId === '') {
      const { out } = await desk('list').ended;
      const { items } = lastJson(out) as { items?: { id: string }[] };
      referralId = items?.[0]?.id ?? '';
    }
    return referralId !== '' && (await sealedCount(referralId)) >= fileCount / 2;
  });
  server.child.kill('SIGKILL');
  first.child.kill('SIGKILL');
  const peaks = [server.peakMiB(), first.peakMiB()];
  await Promise.all([server.ended, first.ended]);
  const before = await sealedCount(referralId); // in process: takes over the dead owner's folder
  check('what was sealed before the kill is there', before >= fileCount / 2, `${before} of ${fileCount}`);

  server = await serve();
  const started = performance.now();
  const second = desk('submit', referral, files);
  const submitted = await second.ended;
  peaks.push(server.peakMiB(), second.peakMiB());
  const answer = lastJson(submitted.out) as { referralId?: string; receipt?: string };
  check(
    'submitted again, it ends with a receipt',
    submitted.code === 0 && answer.referralId === referralId,
    submitted.err.slice(-300),
  );
  const seconds = (performance.now() - started) / 1000;
  const mb = (totalBytes * (1 - before / fileCount)) / 1e6;
  process.stdout.write(`       the second half: ${(mb / seconds).toFixed(0)} MB/s, both processes on this machine\n`);

  const custody = await desk('custody', referralId, '--out', join(root, 'custody.json')).ended;
  const { entries } = JSON.parse(readFileSync(join(root, 'custody.json'), 'utf8')) as { entries: string[] };
  const attached = entries.filter((text) => text.includes('"act":"attach"')).length;
  check(
    'no file that was acknowledged is sealed twice',
    custody.code === 0 && attached === fileCount,
    `${attached} attach entries`,
  );
  await end(server);
  const trust = join(data, 'trust.json');
  const verified = await desk('verify', String(answer.receipt), '--trust', trust, referral, files).ended;
  check('the receipt vouches for the referral and all files', verified.code === 0, verified.out.slice(-300));
  const watched = await desk('watch').ended;
  check('watch finds nothing', watched.code === 0, watched.out.slice(-300));
  const notes = (lastJson(watched.out) as { notes?: unknown[] }).notes ?? [];
  check('no more is left over than was under way', notes.length <= 8, `${notes.length} left-over files`);
  const peak = Math.max(...peaks);
  const each = peaks.map((peak) => peak.toFixed(0)).join(', ');
  check(
    `memory stays under ${MOST_AT_ONCE_MIB} MiB`,
    peak < MOST_AT_ONCE_MIB,
    `serve, submit, serve, submit: ${each} MiB`,
  );
  rmSync(files, { recursive: true, force: true });
  await pack(referralId);
}

/** The desk packs what it serves, another process takes it, a third verifies it: each within its bound. */
async function pack(referralId: string): Promise<void> {
  const server = await serve();
  const words = ['--agency', 'europol', '--purpose', 'a measure', '--legal-basis', 'none needed'];
  const started = performance.now();
  const packing = desk('packet', referralId, ...words, '--out', join(root, 'packets'));
  const packed = await packing.ended;
  const seconds = (performance.now() - started) / 1000;
  const { file = '' } = lastJson(packed.out) as { file?: string };
  check('the packet is made and taken', packed.code === 0, packed.code === 0 ? '' : packed.err.slice(-300));
  const peaks = [server.peakMiB(), packing.peakMiB()];
  await end(server);
  const begun = performance.now();
  const verifying = desk('verify', file, '--trust', join(data, 'trust.json'));
  const verified = await verifying.ended;
  check('it is authentic', verified.code === 0, verified.out.slice(-300));
  peaks.push(verifying.peakMiB());
  const [made, checked] = [totalBytes / 1e6 / seconds, (totalBytes / 1e6 / (performance.now() - begun)) * 1000];
  process.stdout.write(`       packed and taken: ${made.toFixed(0)} MB/s; verified: ${checked.toFixed(0)} MB/s\n`);
  const each = peaks.map((peak) => peak.toFixed(0)).join(', ');
  const name = `packing, taking and verifying stay under ${MOST_PACKING_MIB} MiB each`;
  check(name, Math.max(...peaks) < MOST_PACKING_MIB, `serve, packet, verify: ${each} MiB`);
  rmSync(file, { force: true });
}

async function oneFile(): Promise<void> {
  const path = join(root, 'large.bin');
  const sha256 = writeNoise(path, totalBytes);
  const referral = writeReferral('one.json', [{ path: 'large.bin', sha256, sizeBytes: totalBytes }]);
  const server = await serve();
  const started = performance.now();
  const run = desk('submit', referral, path);
  const { code, err } = await run.ended;
  const seconds = (performance.now() - started) / 1000;
  check('one large file goes in', code === 0, `${(totalBytes / 1e6 / seconds).toFixed(0)} MB/s ${err.slice(-200)}`);
  const peak = Math.max(server.peakMiB(), run.peakMiB());
  check(
    `memory stays under ${MOST_RESIDENT_MIB} MiB for one file`,
    peak < MOST_RESIDENT_MIB,
    `serve ${server.peakMiB().toFixed(0)} MiB, submit ${run.peakMiB().toFixed(0)} MiB`,
  );
  await end(server);
  const alone = desk('submit', writeReferral('alone.json', []), path);
  const ended = await alone.ended;
  check(
    'and in one process, without a server',
    ended.code === 0 && alone.peakMiB() < MOST_RESIDENT_MIB,
    `${alone.peakMiB().toFixed(0)} MiB`,
  );
}

/** A report with one large file, half of the volume, through the CyberTipline door: its id before the bytes, then after them. */
async function throughTheDoor(key: string): Promise<void> {
  for (const order of ['id first', 'file first'] as const) {
    const server = await serve();
    const { url } = JSON.parse(await server.firstLine) as { url: string };
    const { seconds, isRight } = await uploadThroughDoor(url, key, totalBytes / 2, order);
    const rate = (totalBytes / 2e6 / seconds).toFixed(0);
    check(`one large file goes through the CyberTipline door, ${order}`, isRight, `${rate} MB/s`);
    const peak = server.peakMiB();
    check(`memory stays under ${MOST_RESIDENT_MIB} MiB`, peak < MOST_RESIDENT_MIB, `serve ${peak.toFixed(0)} MiB`);
    await end(server);
  }
}

try {
  const { code, err, out } = await desk('init').ended;
  check('a desk is made', code === 0, err.slice(-300));
  await manyFiles();
  await oneFile();
  await throughTheDoor((lastJson(out) as { keys?: { reporter?: string } }).keys?.reporter ?? '');
} catch (error) {
  check('the run comes to its end', false, String(error));
} finally {
  rmSync(root, { recursive: true, force: true });
}
const failed = results.filter((isRight) => !isRight).length;
process.stdout.write(`volume: ${results.length - failed} of ${results.length} hold\n`);
process.exitCode = failed === 0 ? 0 : 1;
