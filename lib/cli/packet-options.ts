// Options by which packets are made in another form, of an order and of an agency.
import { Option, type Command } from 'commander';
import type { PacketRequest, PacketRole } from '../../schemas/index.ts';
import { AGENCY_KINDS, ENCRYPTIONS, LANGUAGES, PACKET_ROLES, PROFILES, REGIMES } from '../../schemas/codes.ts';

export function profileOption(): Option {
  return new Option('--profile <name>', 'what its packets hold, and how their PDF is laid out').choices(PROFILES);
}

export function regimeOption(): Option {
  return new Option('--regime <name>', 'for this regime, which was named for the referral').choices(REGIMES);
}

export function languageOption(): Option {
  return new Option('--language <tag>', "of the PDF's own words").choices(LANGUAGES);
}

export function encryptionOption(): Option {
  return new Option('--encryption <method>', "to which of the agency's keys; the first it has without it").choices(
    ENCRYPTIONS,
  );
}

export interface SelectOptions {
  readonly role?: PacketRole;
  readonly onlyFiles?: readonly string[];
  readonly leaveOut?: readonly string[];
  readonly conditionsAccepted?: true;
  readonly originatorConsent?: string;
}

/** What of a referral its packet shows, and on what terms it goes on. */
export function addSelection(command: Command): Command {
  return command
    .addOption(new Option('--role <role>', 'triage: no files, and nothing that names a victim').choices(PACKET_ROLES))
    .option('--only-files <exhibits...>', 'show these files only: E0001 or attachment ids')
    .option('--leave-out <pointers...>', 'leave out parts of the referral: /victim, or /messages/3')
    .option('--conditions-accepted', 'the agency has read the conditions (H3) and accepts them')
    .option(
      '--originator-consent <reference>',
      "where the reporter's consent to a second agency (H2) is found, where she entered none: as you state it",
    );
}

/** As an order asks for it. */
export function selectionOf({
  role,
  onlyFiles,
  leaveOut,
  conditionsAccepted,
  originatorConsent,
}: SelectOptions): Pick<PacketRequest, 'role' | 'selection' | 'conditionsAccepted' | 'originatorConsent'> {
  const selection = {
    ...(onlyFiles === undefined ? {} : { files: [...onlyFiles] }),
    ...(leaveOut === undefined ? {} : { leaveOut: [...leaveOut] }),
  };
  return {
    ...(role === undefined ? {} : { role }),
    ...(onlyFiles === undefined && leaveOut === undefined ? {} : { selection }),
    ...(conditionsAccepted === undefined ? {} : { conditionsAccepted }),
    ...(originatorConsent === undefined ? {} : { originatorConsent }),
  };
}

export function kindOption(): Option {
  return new Option('--kind <kind>', 'what authority it is; handling code H0 is for police only').choices(AGENCY_KINDS);
}
