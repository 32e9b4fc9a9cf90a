// What an agency answers to a packet: that it came, that it was looked at, what came of it. The answer's kind and reason are seen by
// the reporter; the agency's number and words stay sealed.
import type { AcknowledgementRequest } from '../schemas/index.ts';
import { acknowledgementRequest } from '../schemas/api.ts';
import { demandOnPacket, type Caller } from './access.ts';
import { readAgency } from './agencies.ts';
import { append, type Core, type Taken } from './core.ts';
import { DeskError } from './errors.ts';
import { inForm } from './form.ts';
import { canonicalBytes, sha256Hex } from './formats/canonical.ts';
import { isSignedBy } from './formats/checkpoint.ts';
import { demandFrozen, findPacket, packetRow, readPacket, type PacketRecord } from './packet/record.ts';
import type { Json } from './ports.ts';
import { chainOf } from './referral.ts';
import { sealJson } from './seal.ts';

const MOST_ANSWERS = 100;

/**
 * Records an agency's answer: by its own key (an investigator's), or entered by a supervisor with the agency's signature.
 * @throws DeskError absent/packet, input/invalid, access/signature (none where one is needed, or one that does not hold),
 *   absent/destroyed, state/not-frozen, state/exists (this signature was entered before), state/too-many
 */
export async function acknowledge(
  core: Core,
  caller: Caller,
  packetId: string,
  asked: AcknowledgementRequest,
): Promise<Taken> {
  demandOnPacket(caller, 'packet:acknowledge', await findPacket(core, packetId));
  const said = inForm(acknowledgementRequest, asked);
  const first = await readPacket(core, packetId);
  demandFrozen(first);
  await demandTheirs(core, caller, first, said);
  const chain = await chainOf(core, first.referral);
  const words = await sealJson(core, chain, { version: 1, packet: packetId, ...said });
  const signatureSha256 = said.signature === undefined ? undefined : sha256Hex(Buffer.from(said.signature, 'base64'));
  return append(core, chain, async (seq, at) => {
    const record = await readPacket(core, packetId);
    demandRoom(record, signatureSha256);
    const { answer, reason } = said;
    const answered = {
      answer,
      ...(reason === undefined ? {} : { reason }),
      at: at.toISOString(),
      seq,
      ...(signatureSha256 === undefined ? {} : { signatureSha256 }),
    };
    return {
      act: 'acknowledge',
      actorId: caller.actorId,
      objects: [words],
      commitments: [{ label: 'answer', type: 'text', value: answerOf(packetId, said) }],
      put: [packetRow({ ...record, answers: [...record.answers, answered] })],
    };
  });
}

/** @throws DeskError state/exists, state/too-many */
function demandRoom({ answers }: PacketRecord, signatureSha256: string | undefined): void {
  if (signatureSha256 !== undefined && answers.some((each) => each.signatureSha256 === signatureSha256))
    throw new DeskError('state/exists', 'An answer with this very signature was entered before.');
  if (answers.length >= MOST_ANSWERS) throw new DeskError('state/too-many', 'Too many answers to one packet.');
}

function answerOf(packetId: string, { answer, reason, caseNumber, note }: AcknowledgementRequest): Json[] {
  return [packetId, answer, reason ?? null, caseNumber ?? null, note ?? null];
}

/** @throws DeskError access/signature */
async function demandTheirs(
  core: Core,
  caller: Caller,
  { id, agency }: PacketRecord,
  said: AcknowledgementRequest,
): Promise<void> {
  if (said.signature === undefined) {
    if (caller.role === 'investigator') return;
    throw new DeskError('access/signature', "Who is not of the agency enters its answer with the agency's signature.");
  }
  const message = acknowledgementMessage(core.desk, id, said);
  const signature = Buffer.from(said.signature, 'base64');
  const { keys } = await readAgency(core, agency);
  const isTheirs = keys.some((key) => {
    const [, raw] = /^ed25519:(.*)$/.exec(key) ?? [];
    return raw !== undefined && isSignedBy(Buffer.from(raw, 'base64'), message, signature);
  });
  if (!isTheirs) throw new DeskError('access/signature', 'No signing key that is known of the agency made this.');
}

/**
 * The bytes that an agency signs (Ed25519, RFC 8032): a line that says what they are, then the canonical JSON of
 * [desk, packet, answer, reason, caseNumber, note], null for what is not given.
 */
export function acknowledgementMessage(desk: string, packetId: string, said: AcknowledgementRequest): Buffer {
  const line = Buffer.from('referral-desk/acknowledgement/1\n', 'utf8');
  return Buffer.concat([line, canonicalBytes([desk, ...answerOf(packetId, said)])]);
}
