// The assembled desk: its verbs, in the order in which a referral meets them, on one set of ports.
import { assemble, SETTINGS, type Settings } from './core.ts';
import { filingVerbs, type FilingVerbs } from './desk-filing.ts';
import { houseVerbs, type HouseVerbs } from './desk-house.ts';
import { lawfulVerbs, type LawfulVerbs } from './desk-lawful.ts';
import { packetVerbs, type PacketVerbs } from './desk-packet.ts';
import { referralVerbs, type ReferralVerbs } from './desk-referral.ts';
import { reportVerbs, type ReportVerbs } from './desk-report.ts';
import { rememberCourier } from './filing/courier-memory.ts';
import { uploadVerbs, type UploadVerbs } from './desk-uploads.ts';
import type { Ports } from './ports.ts';

/** A desk, put together by `openDesk`. An interface, so that the words beside each verb come with it into the declarations. */
export interface Desk
  extends ReferralVerbs, UploadVerbs, ReportVerbs, PacketVerbs, FilingVerbs, LawfulVerbs, HouseVerbs {
  /** The desk's own id. */
  readonly id: string;
  /** Its periods and limits. */
  readonly settings: Settings;
  /** What keeps sealed bytes from being changed: the store itself (`enforced`), or only the desk (`advisory`). */
  readonly immutability: Ports['vault']['immutability'];
  /** Whether its vault answers readers by itself, so that sealed bytes can be lent. */
  readonly lends: boolean;
}

/**
 * Puts a desk together. Opening it reads and writes nothing.
 *
 * Every verb that takes a `Caller` checks what she may do (access.ts); its docs name the roles after `May:`, with `own` where only what
 * is her organisation's or her agency's. One without a `Caller` asks nobody: whoever calls it answers for that. Every verb throws
 * DeskError only: what its docs name, what the ports throw (vault/*, keys/*, ledger/*), ledger/failed also where a record was altered
 * past the desk, and state/contended where too many act on one referral at once (call again). Ids are UUIDs in lower case; times
 * RFC 3339, those the desk gives in UTC with milliseconds; digests lower-case hex.
 * @param id the desk's own id
 * @param settings periods in days and limits in bytes; SETTINGS without them
 */
export function openDesk(id: string, ports: Ports, settings: Settings = SETTINGS): Desk {
  const core = assemble(id, ports, settings);
  const courier = rememberCourier(ports);
  return {
    id,
    settings,
    immutability: ports.vault.immutability,
    lends: ports.vault.lend !== undefined,
    ...referralVerbs(core, courier.failures),
    ...uploadVerbs(core),
    ...reportVerbs(core),
    ...packetVerbs(core),
    ...filingVerbs(core, courier),
    ...lawfulVerbs(core),
    ...houseVerbs(core),
  };
}
