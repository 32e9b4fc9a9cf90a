// Verifying a packet, its time stamps: each is of the checkpoint in custody/chain.json, and by an authority that is trusted. Whoever has
// none to check never loads what checks them.
import { sha256 } from '../formats/canonical.ts';
import type { Case } from './case.ts';
import { stampPath } from './parts.ts';
import type { Told } from './told.ts';

type Stamp = NonNullable<NonNullable<Case['log']>['stamps']>[number];

/** Codes: stamp/* as of a log's, packet/stamp, packet/missing. */
export async function checkStamps(told: Told): Promise<void> {
  const { report, manifest, authorities } = told;
  const stamps = manifest.log?.stamps ?? [];
  for (const stamp of stamps) await checkStamp(told, stamp);
  if (stamps.length === 0)
    report.leaveOpen(
      'time-stamp',
      'The packet is not time-stamped: when the log held it stands on the word of the desk.',
    );
  else if (authorities.length === 0)
    report.leaveOpen(
      'authority',
      'Who stamped the time was held against nobody: give the certificate that you trust (--tsa-ca).',
    );
  else report.leave('revocation', 'Whether a certificate of an authority was revoked was not looked at.');
}

async function checkStamp({ report, files, custody, authorities }: Told, { authority, time }: Stamp): Promise<void> {
  const path = stampPath(authority);
  const reply = files.get(path)?.content;
  if (reply === undefined) {
    if (!files.has(path)) report.say('packet/missing', path);
    return; // what is too large was said when it was read
  }
  const { checkTimeStamp } = await import('../formats/time-stamp-check.ts');
  const expected = { digest: sha256(custody.checkpoint ?? ''), ...(authorities.length === 0 ? {} : { authorities }) };
  const checked = checkTimeStamp(reply, expected);
  for (const code of checked.wrong) report.say(code, path);
  if (checked.time === undefined) return;
  if (checked.time.toISOString() !== time) report.say('packet/stamp', path);
  const { accuracyMs } = checked;
  const give = accuracyMs === undefined ? '' : `, give or take ${accuracyMs} ms`;
  if (checked.wrong.length === 0) report.note(`${authority} says that the log stood so at ${time}${give}.`);
}
