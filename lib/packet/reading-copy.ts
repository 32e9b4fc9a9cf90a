// The summary of a referral as it stands, for reading at the desk: drawn anew each time, entered before it is handed out, and no
// packet, which it says on every page.
import { demandOn, type Caller } from '../access.ts';
import { append, type Core } from '../core.ts';
import { demandPurpose } from '../form.ts';
import { canonical, sha256Hex } from '../formats/canonical.ts';
import { chainOf, findReferral } from '../referral.ts';
import { sealJson } from '../seal.ts';
import { renderSummary } from '../summary/index.ts';
import type { Language } from '../../schemas/index.ts';
import type { Case } from './case.ts';
import { gather } from './gather.ts';

/**
 * The PDF of a referral up to and with the entry of this very reading.
 * @param language of the desk's own words in it
 * @throws DeskError absent/referral, absent/destroyed, input/missing-header (no purpose)
 */
export async function readSummary(
  core: Core,
  caller: Caller,
  referralId: string,
  purpose: string,
  language: Language = 'en',
): Promise<Buffer> {
  demandOn(caller, 'summary:read', await findReferral(core, referralId));
  demandPurpose(purpose);
  const chain = await chainOf(core, referralId);
  const words = await sealJson(core, chain, { version: 1, purpose, summary: true });
  const { entry } = await append(core, chain, () =>
    Promise.resolve({
      act: 'read',
      actorId: caller.actorId,
      objects: [words],
      commitments: [{ label: 'purpose', type: 'text', value: purpose }],
    }),
  );
  const { case: gathered, referral } = await gather(core, chain, entry.seq);
  const manifest: Case = { ...gathered, files: [] };
  const input = { case: manifest, caseSha256: sha256Hex(canonical(manifest)), referral, language };
  return renderSummary(input, core.font, 'PDF/A-3a', core.cores);
}
