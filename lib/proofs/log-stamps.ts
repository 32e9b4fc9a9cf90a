// The time stamps of a public log: each is of a checkpoint that the desk signed and the log grew out of, and by an authority that is trusted.
import { openCheckpoint, parseCheckpoint } from '../formats/checkpoint.ts';
import { sha256 } from '../formats/canonical.ts';
import { checkTimeStamp } from '../formats/time-stamp-check.ts';
import { authoritiesOf } from './authorities.ts';
import { signerOf } from '../trust.ts';
import type { Checking, Known, LogStamp } from './log-checking.ts';

/** Goes over the stamps that a list names; those of more than the log holds came since, and are left for the next time. */
export async function checkStampList(checking: Checking, known: Known, list: string): Promise<LogStamp[]> {
  const { report, options } = checking;
  const authorities = authoritiesOf(report, options.trust, options.authorities);
  const lines = /^(?:\d{1,15}\/[a-z0-9.-]{1,63}\n)*$/.test(list) ? list.split('\n').slice(0, -1) : undefined;
  if (lines === undefined) report.say('stamp/malformed', `${known.prefix}stamp/list`);
  const stamps: LogStamp[] = [];
  for (const line of lines ?? []) {
    const [size = '', authority = ''] = line.split('/');
    if (Number(size) > known.size) continue;
    const stamp = await checkStamp(checking, known, line, authorities.length === 0 ? undefined : authorities);
    if (stamp !== undefined) stamps.push({ size: Number(size), authority, ...stamp });
  }
  sayWhen(checking, known, stamps, authorities.length);
  return stamps;
}

function sayWhen(
  { report }: Checking,
  known: Known,
  [newest, ...rest]: readonly LogStamp[],
  authorities: number,
): void {
  if (newest === undefined) return;
  const { size, authority, time } = newest;
  report.note(
    `Log ${known.log}: its first ${size} entries were there at ${time}, says ${authority}; ${rest.length} more time stamps.`,
  );
  if (authorities === 0)
    report.note('Who stamped the time was held against nobody: give the certificate of the authority that you trust.');
  else report.note('Whether a certificate of an authority was revoked was not looked at.');
}

async function checkStamp(
  checking: Checking,
  known: Known,
  line: string,
  authorities: readonly Uint8Array[] | undefined,
): Promise<Pick<LogStamp, 'time' | 'accuracyMs'> | undefined> {
  const { source, report, keys } = checking;
  const path = `${known.prefix}stamp/${line}`;
  const [note, reply] = [await source.read(`${path}.checkpoint`), await source.read(`${path}.tsr`)];
  if (note === undefined || reply === undefined) {
    report.say('stamp/missing', `${path}.${note === undefined ? 'checkpoint' : 'tsr'}`);
    return undefined;
  }
  const text = Buffer.from(note).toString('utf8');
  const checkpoint = keys === undefined ? parseCheckpoint(text) : openCheckpoint(text, keys);
  const isOf = checkpoint?.origin === known.origin && checkpoint.size === Number(line.split('/')[0]);
  if (!isOf) report.say('stamp/checkpoint', `${path}.checkpoint`);
  else known.expect(checkpoint.size, { root: checkpoint.root, code: 'stamp/checkpoint', where: `${path}.checkpoint` });
  const { wrong, time, accuracyMs } = checkTimeStamp(reply, { digest: sha256(note), authorities });
  const all = [...wrong, ...(time !== undefined && isOver(checking, text, time) ? ['stamp/key'] : [])];
  for (const code of all) report.say(code, `${path}.tsr`);
  if (!isOf || all.length > 0 || time === undefined) return undefined;
  return { time: time.toISOString(), ...(accuracyMs === undefined ? {} : { accuracyMs }) };
}

/** Between the end of a key and the next checkpoint, and between two clocks, a day may lie. */
const SLACK_MS = 86_400_000;

/** Whether the key that signed a checkpoint had been replaced when it was stamped: whoever has an old key signs nothing new. */
function isOver({ options: { trust } }: Checking, text: string, time: Date): boolean {
  const to = trust === undefined ? undefined : signerOf(text, trust)?.to;
  return to !== undefined && time.getTime() > Date.parse(to) + SLACK_MS;
}
