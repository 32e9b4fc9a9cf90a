// Step 1, receive: a referral arrives. It is parsed, named, sealed, entered and receipted; the same call made again gets the
// same answer made anew, and what could not be taken leaves nothing but a reason.
import type { Gap, Referral } from '../schemas/index.ts';
import { findGaps } from '../schemas/gaps.ts';
import { parseReferral } from '../schemas/parse.ts';
import { checkRules } from '../schemas/rules.ts';
import { demand, type Caller } from './access.ts';
import { append, daysAfter, entryAt, type Chain, type Core, type Taken } from './core.ts';
import { commitment, commitmentKey, documentKey, documentRoot, type Entry } from './custody.ts';
import { type DeclaredAttachment, declaredLabel, declaredOf, declaredRows } from './declared.ts';
import { DeskError, isCode, type Finding } from './errors.ts';
import { sha256Hex } from './formats/canonical.ts';
import { JSON_LIMITS, parseStrictJson } from './formats/strict-json.ts';
import { lookupKey, lookupRow } from './lookup.ts';
import type { RowKey } from './ports.ts';
import { giveReceipt, openingOf, openingOfDocument, type Opening, type Receipt } from './receipt.ts';
import { absentReferral, chainOf, referralRow, type ReferralRecord } from './referral.ts';
import { later } from './later.ts';
import { sealJson, sealSmall } from './seal.ts';

const inPhone = later(() => import('./formats/phone.ts')); // 190 KB of numbering plans, for one line

/** What opening a referral answers. `attachments` are in the order in which the referral declares them. */
export interface Opened {
  readonly referralId: string;
  readonly receipt: Receipt;
  readonly attachments: readonly { readonly id: string; readonly declared: number }[];
  /** What an investigator will miss: nothing here refuses the referral. */
  readonly missing: readonly Gap[];
  /** Rules that warn without refusing. */
  readonly warnings: readonly Finding[];
  /** False when this call had been made before. */
  readonly isNew: boolean;
}

interface Arrival {
  readonly body: Uint8Array;
  readonly referral: Referral;
  readonly warnings: readonly Finding[];
  readonly lookup: RowKey;
  readonly idempotencyKey: string;
}

/**
 * Opens a referral.
 * @param body the referral as JSON, UTF-8 (schemas/referral.ts); kept word for word
 * @param idempotencyKey the caller's own name for this call, 1 to 200 characters; the same key with the same body is the same
 *   referral
 * @throws DeskError input/*, access/denied, state/key-reused (same key, other body)
 */
export async function openReferral(
  core: Core,
  caller: Caller,
  body: Uint8Array,
  idempotencyKey: string,
): Promise<Opened> {
  demand(caller, 'referral:open');
  if (caller.organisation === undefined) throw new DeskError('access/denied', 'Only an organisation can refer.');
  const { referral, warnings } = readReferralDocument(core, body);
  const lookup = await callLookup(core, caller.organisation, idempotencyKey);
  const arrival = { body, referral, warnings, lookup, idempotencyKey };
  const known = await answerAgain(core, arrival);
  return known ?? (await openNew(core, caller, caller.organisation, arrival));
}

/**
 * Reads a referral as the desk would, storing nothing.
 * @throws DeskError input/* with a finding for each thing wrong
 */
export function readReferralDocument(
  core: Pick<Core, 'settings' | 'now'>,
  body: Uint8Array,
): { referral: Referral; warnings: Finding[] } {
  const value = parseStrictJson(body, { ...JSON_LIMITS, sizeBytes: core.settings.jsonBytes });
  const parsed = parseReferral(value);
  if (!parsed.ok) {
    throw new DeskError('input/invalid', 'The referral is not of the form the schema asks for.', {
      findings: atMost(parsed.problems),
    });
  }
  const findings = checkRules(parsed.referral, { now: core.now(), skewSeconds: core.settings.skewSeconds });
  const plain = findings.map(({ rule, path, message }) => ({ code: rule, path, message }));
  if (findings.some(({ severity }) => severity === 'refuse')) {
    const refused = plain.filter((_, n) => findings[n]?.severity === 'refuse');
    throw new DeskError('input/rule', 'The referral breaks a rule.', { findings: atMost(refused) });
  }
  return { referral: parsed.referral, warnings: plain };
}

const MOST_FINDINGS = 100;

/** Who has broken the form in a thousand places mends the first hundred and asks again. */
function atMost(findings: readonly Finding[]): Finding[] {
  if (findings.length <= MOST_FINDINGS) return [...findings];
  const left = findings.length - MOST_FINDINGS;
  const message = `And ${left} more: mend these first, then check again.`;
  return [...findings.slice(0, MOST_FINDINGS), { code: 'and-more', path: '', message }];
}

// ── the same call again ───────────────────────────────────────────────────────────────────────────────────────────────

/** Scoped to the organisation, so that two of them may use the same key. */
export async function callLookup(core: Core, organisation: string, idempotencyKey: string): Promise<RowKey> {
  if (idempotencyKey.length === 0 || idempotencyKey.length > 200 || !idempotencyKey.isWellFormed()) {
    throw new DeskError('input/invalid', 'Give an idempotency key of 1 to 200 characters.');
  }
  return lookupKey(core, ['idempotency', organisation, idempotencyKey]);
}

async function answerAgain(core: Core, arrival: Arrival): Promise<Opened | undefined> {
  const row = await core.ledger.row(arrival.lookup);
  if (row === undefined) return undefined;
  const referralId = row.value['referral'] as string;
  const chain = await chainOf(core, referralId);
  const opened = await entryAt(core, referralId, 0);
  const key = commitmentKey(chain.secret, referralId, 0, 'original');
  if (commitment(key, 'original', 'sha256', sha256Hex(arrival.body)) !== opened.entry.commitments['original']) {
    throw new DeskError('state/key-reused', 'This idempotency key was used for another referral: choose a new one.');
  }
  return answer(core, chain, arrival, opened, await declaredOf(core, referralId), false);
}

// ── a new one ─────────────────────────────────────────────────────────────────────────────────────────────────────────

async function openNew(core: Core, caller: Caller, organisation: string, arrival: Arrival): Promise<Opened> {
  const id = core.newId();
  const chain: Chain = { owner: id, secret: await core.newSecret(id) };
  const declared = declare(core, chain, arrival.referral);
  try {
    const { body, referral, lookup, idempotencyKey } = arrival;
    const words = { idempotencyKey, organisation };
    const taken = await enterReferral(core, caller, chain, { organisation, body, referral, declared, lookup, words });
    return await answer(core, chain, arrival, taken, declared, true);
  } catch (error) {
    if (!isCode(error, 'state/exists')) throw error;
    // the same call came in twice at once and the other was first. Who may not destroy leaves a secret of nothing, which watch notes.
    await core.keys.destroySecret(id).catch(() => undefined);
    const known = await answerAgain(core, arrival);
    if (known === undefined) throw absentReferral();
    return known;
  }
}

function declare(core: Core, chain: Chain, referral: Referral): DeclaredAttachment[] {
  return (referral.attachments ?? []).map((attachment) => {
    const id = core.newId();
    const label = declaredLabel(id);
    const { sha256, sizeBytes } = attachment;
    const key = commitmentKey(chain.secret, chain.owner, 0, label);
    return {
      id,
      ...(sha256 === undefined ? {} : { sha256: commitment(key, label, 'sha256', sha256) }),
      ...(sizeBytes === undefined ? {} : { sizeBytes }),
    };
  });
}

/** By what name a sender finds his referral; of the two, the one its door knows. */
export interface LookupWords {
  readonly organisation: string;
  readonly idempotencyKey?: string;
  readonly reportId?: string;
}

/** All that the first entry of a referral takes in, whichever door it came through. */
export interface Received {
  readonly organisation: string;
  /** As received; kept word for word. */
  readonly body: Uint8Array;
  readonly referral: Referral;
  readonly declared: readonly DeclaredAttachment[];
  /** The row by which it is found before its id is known. */
  readonly lookup: RowKey;
  /** By what name its sender finds it: sealed beside the entry, with the document. */
  readonly words: LookupWords;
  /** What its record says beyond what every record says. */
  readonly record?: Partial<Pick<ReferralRecord, 'report' | 'expiresAt'>>;
}

/** Seals what was received and takes the first entry of its chain. @throws DeskError state/exists (the lookup row is there) */
export async function enterReferral(core: Core, caller: Caller, chain: Chain, received: Received): Promise<Taken> {
  const document = { ...received.referral };
  const { phoneFacts } = await inPhone();
  const [original, words] = await Promise.all([
    sealSmall(core, chain, received.body, 'evidence'),
    sealJson(core, chain, { version: 1, ...received.words, referral: document, phones: phoneFacts(document) }),
  ]);
  const root = documentRoot('parts', documentKey(chain.secret, chain.owner, 0, 'parts'), document);
  return append(core, chain, () =>
    Promise.resolve({
      act: 'open',
      actorId: caller.actorId,
      objects: [original, words],
      commitments: [
        { label: 'original', type: 'sha256', value: sha256Hex(received.body) },
        { label: 'parts', type: 'root', value: root },
      ],
      put: [
        referralRow(core, firstRecord(core, chain.owner, received)),
        ...declaredRows(chain.owner, received.declared),
        lookupRow(received.lookup, chain.owner, { referral: chain.owner }),
      ],
      absent: [received.lookup],
    }),
  );
}

function firstRecord(core: Core, id: string, { organisation, referral, record }: Received): ReferralRecord {
  const now = core.now();
  return {
    id,
    state: 'open',
    reporter: organisation,
    incidentType: referral.incidentSummary.incidentType,
    openedAt: now.toISOString(),
    expiresAt: daysAfter(now, core.settings.openDays).toISOString(),
    lockedUntil: daysAfter(now, core.settings.lockDays).toISOString(),
    holds: [],
    ...record,
  };
}

async function answer(
  core: Core,
  chain: Chain,
  arrival: Arrival,
  taken: Taken,
  declared: readonly DeclaredAttachment[],
  isNew: boolean,
): Promise<Opened> {
  return {
    referralId: chain.owner,
    receipt: await giveReceipt(core, taken, openingsOfOpen(chain, taken.entry)),
    attachments: declared.map(({ id }, n) => ({ id, declared: n })),
    missing: findGaps(arrival.referral),
    warnings: arrival.warnings,
    isNew,
  };
}

/** What ties the sender's own referral to entry 0: the digest of its bytes, and the root of its parts. */
export function openingsOfOpen(chain: Chain, entry: Entry): Opening[] {
  return [openingOf(chain, entry, 'original', 'sha256'), openingOfDocument(chain, entry)];
}
