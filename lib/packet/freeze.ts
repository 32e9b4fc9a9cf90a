// Step 4, packet: what was ordered is made once its order stands in the log, sealed as one object of its referral, and entered. The
// same order gives the same bytes, so one cut short is simply made again.
import { rowsOf, append, type Core } from '../core.ts';
import { DeskError, isCode } from '../errors.ts';
import { DESK } from '../ports.ts';
import { chainOf, readReferral } from '../referral.ts';
import { sealJson, sealStream } from '../seal.ts';
import { composePacket } from './compose.ts';
import { checkpointCovering } from './covering.ts';
import { ORDERED_LIST, packetRow, readPacket, type PacketRecord } from './record.ts';

/**
 * Makes every packet that is ordered and whose order stands in the log. One that fails does not stop the others.
 * @returns how many were made
 * @throws the first failure, after all were tried: those are tried again the next time
 */
export async function freezePackets(core: Core): Promise<number> {
  const ids: string[] = [];
  for await (const { id } of rowsOf(core, ORDERED_LIST)) ids.push(id);
  const failures: unknown[] = [];
  let made = 0;
  for (const id of ids) {
    try {
      if (await core.inTurn(`packet ${id}`, () => freezePacket(core, id))) made++;
    } catch (error) {
      failures.push(error);
    }
  }
  if (failures.length > 0) throw failures[0];
  return made;
}

/** False when there is nothing to be made now. */
async function freezePacket(core: Core, id: string): Promise<boolean> {
  const record = await readPacket(core, id);
  if (record.state !== 'ordered' || (await isEnding(core, record))) return false;
  const covering = await checkpointCovering(core, record.referral, record.seq);
  if (covering === undefined) return false;
  const chain = await chainOf(core, record.referral);
  const composed = await composePacket(core, chain, record, covering);
  const { object, sha256, sizeBytes } = await sealStream(core, chain, 'packet', composed.bytes());
  const { caseSha256, tagManifestSha256 } = composed;
  const words = await sealJson(core, chain, {
    version: 1,
    packet: id,
    sizeBytes,
    sha256,
    caseSha256,
    tagManifestSha256,
  });
  try {
    await append(core, chain, async (seq, at) => {
      const now = await readPacket(core, id);
      if (now.state !== 'ordered') throw new DeskError('state/exists', 'The packet was made meanwhile.');
      const frozen = { seq, at: at.toISOString(), sizeBytes };
      return {
        act: 'freeze-packet',
        actorId: DESK,
        objects: [object, words],
        commitments: [{ label: 'packet', type: 'sha256', value: sha256 }],
        put: [packetRow({ ...now, state: 'frozen', frozen })],
      };
    });
    return true;
  } catch (error) {
    if (isCode(error, 'state/exists')) return false; // what was sealed for nothing is an orphan, and harmless
    throw error;
  }
}

/** What is being destroyed, or was, is packed no more. */
async function isEnding(core: Core, { referral }: PacketRecord): Promise<boolean> {
  return (await readReferral(core, referral)).state !== 'finished';
}
