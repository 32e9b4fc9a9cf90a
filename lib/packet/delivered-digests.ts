// The digests of a packet as it is delivered: said when it was made, where it was read to be made; else entered once it was read, and not known before that.
import { append, entryAt, type Core } from '../core.ts';
import { DeskError, isCode } from '../errors.ts';
import { DESK } from '../ports.ts';
import { chainOf } from '../referral.ts';
import { sealJson } from '../seal.ts';
import { wordsOf } from '../words.ts';
import { wordsOfFreezing, type PacketDigests } from './freezing.ts';
import { demandFrozen, isEnding, packetRow, readPacket, type PacketRecord } from './record.ts';

/** What is sealed beside the entry of a packet's digests. */
export interface DigestWords extends PacketDigests {
  readonly packet: string;
  readonly sizeBytes: number;
}

/** Undefined while nobody has read it to its end. @throws DeskError keys/absent, sealed/damaged */
export async function digestsOf(
  core: Core,
  { referral, frozen }: Pick<PacketRecord, 'referral' | 'frozen'>,
): Promise<PacketDigests | undefined> {
  if (frozen === undefined || frozen.digestSeq === null) return undefined;
  if (frozen.digestSeq === undefined) return digestsIn(await wordsOfFreezing(core, referral, frozen.seq));
  const { stored } = await entryAt(core, referral, frozen.digestSeq);
  return digestsIn(await wordsOf<DigestWords>(core, stored));
}

function digestsIn({ sha256, plain }: Partial<PacketDigests>): PacketDigests | undefined {
  return sha256 === undefined ? undefined : { sha256, ...(plain && { plain }) };
}

/** What an entry commits to of them. */
export function digestCommitments({ sha256, plain }: PacketDigests) {
  const type = 'sha256' as const;
  return [
    { label: 'packet', type, value: sha256 },
    ...(plain === undefined ? [] : [{ label: 'plain', type, value: plain.sha256 }]),
  ];
}

/**
 * Enters what was found by reading all of a packet that entry `freezing` made. False, with nothing entered, where that was done meanwhile, the packet was made anew, or its
 * referral is being destroyed.
 */
export async function enterDigests(
  core: Core,
  record: PacketRecord,
  freezing: number,
  digests: PacketDigests,
): Promise<boolean> {
  const { id, referral } = record;
  if (await isEnding(core, record)) return false;
  if ((await readPacket(core, id)).frozen?.digestSeq !== null) return false; // nothing is sealed for nothing
  const chain = await chainOf(core, referral);
  const { sizeBytes } = demandFrozen(record);
  const said: DigestWords = { packet: id, sizeBytes, ...digests };
  const words = await sealJson(core, chain, { version: 1, ...said });
  try {
    await append(core, chain, async (seq) => {
      const now = await readPacket(core, id);
      if (now.frozen?.seq !== freezing || now.frozen.digestSeq !== null)
        throw new DeskError('state/exists', 'The digests of this packet were entered meanwhile.');
      const put = [packetRow({ ...now, frozen: { ...now.frozen, digestSeq: seq } })];
      return {
        act: 'digest-packet',
        actorId: DESK,
        objects: [words],
        commitments: digestCommitments(digests),
        put,
      };
    });
    return true;
  } catch (error) {
    if (isCode(error, 'state/exists')) return false;
    throw error;
  }
}
