// The commands there are, in the order in which one meets them, as `--help` names them; each is loaded when it is asked for, so that
// none waits for what another needs. The words are those of the files themselves (test/lib/cli/commands.test.ts).
import type { Command } from 'commander';

/** Commands that one file adds. */
export interface CommandFile {
  /** How each is used, and what for. */
  readonly commands: readonly (readonly [usage: string, summary: string])[];
  readonly load: () => Promise<(program: Command) => void>;
}

export const COMMANDS: readonly CommandFile[] = [
  // to begin with
  {
    commands: [
      [
        'demo',
        'the whole story on a desk of its own: referred, sealed, packed for an agency, taken, verified; under a minute',
      ],
    ],
    load: async () => (await import('./demo.ts')).addDemo,
  },
  {
    commands: [['init', 'make a desk in an empty folder, and show the first keys once']],
    load: async () => (await import('./init.ts')).addInit,
  },
  {
    commands: [['serve', 'answer the API on this machine, attend to the clock, and watch']],
    load: async () => (await import('./serve.ts')).addServe,
  },
  // a referral's life
  {
    commands: [
      ['check <referral.json>', 'what is wrong with a referral and what an investigator will miss; sends nothing'],
    ],
    load: async () => (await import('./check.ts')).addCheck,
  },
  {
    commands: [
      ['submit <referral.json> [files...]', 'send a referral with its files, finish it, and keep the signed receipt'],
    ],
    load: async () => (await import('./submit.ts')).addSubmit,
  },
  {
    commands: [
      ['status <referral>', 'how a referral stands: its dates, which files have arrived, its holds'],
      ['list', 'the referrals you may see, oldest first'],
    ],
    load: async () => (await import('./status.ts')).addStatus,
  },
  {
    commands: [
      [
        'view <referral> [attachment]',
        'record that somebody looked at a file; or with --out read an attachment out to a folder',
      ],
    ],
    load: async () => (await import('./view.ts')).addView,
  },
  {
    commands: [
      [
        'finish <referral>',
        'close a referral: nothing is added from now on, and it is preserved; keeps the signed receipt',
      ],
      ['retract <referral>', 'take an unfinished referral back; the clock then destroys it'],
    ],
    load: async () => (await import('./close.ts')).addClose,
  },
  {
    commands: [
      ['packet <referral>', 'pack a finished referral for an agency, and write the packet to a folder'],
      ['packets', 'the packets you may see, oldest first'],
      ['take <packet>', 'take a packet: write it to a folder, going on where an earlier try was cut off'],
      ['link <packet>', 'a link by which whoever holds it takes the packet once'],
      ['acknowledge <packet>', "record the agency's answer to a packet; its reporter sees it in status"],
      ['summary <referral>', 'the PDF of a referral as it stands, for reading at the desk; the reading is entered'],
    ],
    load: async () => (await import('./packet.ts')).addPacket,
  },
  {
    commands: [['file <referral>', 'file a finished referral with NCMEC, exactly once, and keep its answer']],
    load: async () => (await import('./file.ts')).addFile,
  },
  {
    commands: [
      ['regimes', 'what the law asks of referrals: each rule with its source, its dates and how sure it is'],
      [
        'regime <referral>',
        'name the law a referral falls under; or enter that what it asks for was done by other means',
      ],
    ],
    load: async () => (await import('./regime.ts')).addRegimes,
  },
  {
    commands: [
      [
        'consent <referral>',
        'let a referral of yours go on to another agency (H2), with a reporter’s own key; or end that',
      ],
    ],
    load: async () => (await import('./consent.ts')).addConsent,
  },
  {
    commands: [
      ['clear <id>', 'enter that it is not illegal, or that somebody is innocent, and tell everyone who received it'],
      ['withdraw <id>', 'withdraw a finding that cleared, and tell everyone who was told of it'],
      ['notices', 'the notices of clearance you may see, oldest first, and which were acknowledged'],
      ['notice <notice>', 'write a notice as a signed statement, which an agency can file and "verify" checks'],
      [
        'acknowledge-notice <notice>',
        'say that a notice arrived: with an investigator’s key, or by hand, with how it was told',
      ],
    ],
    load: async () => (await import('./clear.ts')).addClear,
  },
  {
    commands: [['hold <referral>', 'keep a referral from being destroyed, by order; or end such a hold']],
    load: async () => (await import('./hold.ts')).addHold,
  },
  {
    commands: [
      ['destroy <referral>', 'ask for the destruction of a finished referral; another person must approve'],
      ['approve <referral> <destruction>', 'approve a destruction and carry it out; writes the signed certificate'],
    ],
    load: async () => (await import('./destroy.ts')).addDestroy,
  },
  // for whoever checks the desk
  {
    commands: [
      ['custody <referral|desk>', 'export the chain of a referral, or of the desk itself, with its proof in the log'],
    ],
    load: async () => (await import('./custody.ts')).addCustody,
  },
  {
    commands: [
      ['log', "the log's signed head, and the key that other C2SP tools check it with; export or verify all of it"],
    ],
    load: async () => (await import('./log.ts')).addLog,
  },
  {
    commands: [
      [
        'verify <proof> [files...]',
        'check a packet, a receipt, a notice or exported custody, and your own files against it; needs no desk',
      ],
    ],
    load: async () => (await import('./verify.ts')).addVerify,
  },
  {
    commands: [['trust', "the desk's trust.json, which others check its word with, and its fingerprint in words"]],
    load: async () => (await import('./trust.ts')).addTrust,
  },
  {
    commands: [['watch', 'do what the clock asks for, then verify everything again']],
    load: async () => (await import('./watch.ts')).addWatch,
  },
  {
    commands: [['explain <field>', 'what a field is for, what may stand in it, and which rules ask what of it']],
    load: async () => (await import('./explain.ts')).addExplain,
  },
  // the house
  {
    commands: [
      ['actor', 'who may act: add, list, revoke'],
      ['agency', 'whom referrals go to: add, keys, list'],
    ],
    load: async () => (await import('./people.ts')).addPeople,
  },
  {
    commands: [['keys', 'keys: export that of one sealed object, rotate a signing key']],
    load: async () => (await import('./keys.ts')).addKeys,
  },
  {
    commands: [['backup', 'copy the desk: book and sealed bytes to one place, secrets and key file to another']],
    load: async () => (await import('./backup.ts')).addBackup,
  },
  {
    commands: [['restore', 'put a backup back into an empty folder, and go over everything']],
    load: async () => (await import('./restore.ts')).addRestore,
  },
  {
    commands: [['move', 'carry this desk over to AWS, where it goes on; the folder is a copy from then on']],
    load: async () => (await import('./move.ts')).addMove,
  },
];
