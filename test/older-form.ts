// A referral entered as desks did until 2026-11-28: by what name its sender finds it, in an object of its own, the third.
import type { Caller } from '../lib/access.ts';
import { append, assemble, daysAfter, SETTINGS } from '../lib/core.ts';
import { documentKey, documentRoot } from '../lib/custody.ts';
import { sha256Hex } from '../lib/formats/canonical.ts';
import { phoneFacts } from '../lib/formats/phone.ts';
import { lookupRow } from '../lib/lookup.ts';
import type { Ports } from '../lib/ports.ts';
import { callLookup, readReferralDocument } from '../lib/receive.ts';
import { referralRow } from '../lib/referral.ts';
import { sealJson, sealSmall } from '../lib/seal.ts';

/** @param body of a referral without attachments. @returns the id of the referral, open */
export async function openInOlderForm(
  desk: string,
  ports: Ports,
  { actorId, organisation = '' }: Caller,
  body: Uint8Array,
  idempotencyKey: string,
): Promise<string> {
  const core = assemble(desk, ports, SETTINGS);
  const owner = core.newId();
  const chain = { owner, secret: await core.newSecret(owner) };
  const { referral } = readReferralDocument(core, body);
  const document = { ...referral };
  const objects = [
    await sealSmall(core, chain, body, 'evidence'),
    await sealJson(core, chain, { version: 1, referral: document, phones: phoneFacts(document) }),
    await sealJson(core, chain, { version: 1, idempotencyKey, organisation }),
  ];
  const now = core.now();
  const record = {
    id: owner,
    state: 'open' as const,
    reporter: organisation,
    incidentType: referral.incidentSummary.incidentType,
    openedAt: now.toISOString(),
    expiresAt: daysAfter(now, SETTINGS.openDays).toISOString(),
    lockedUntil: daysAfter(now, SETTINGS.lockDays).toISOString(),
    holds: [],
  };
  const lookup = await callLookup(core, organisation, idempotencyKey);
  const root = documentRoot('parts', documentKey(chain.secret, owner, 0, 'parts'), document);
  await append(core, chain, () =>
    Promise.resolve({
      act: 'open',
      actorId,
      objects,
      commitments: [
        { label: 'original', type: 'sha256', value: sha256Hex(body) },
        { label: 'parts', type: 'root', value: root },
      ],
      put: [referralRow(core, record), lookupRow(lookup, owner, { referral: owner })],
      absent: [lookup],
    }),
  );
  return owner;
}
