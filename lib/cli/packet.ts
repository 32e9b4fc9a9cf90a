// `packet`, `take`, `packets`, `link`, `acknowledge`, `summary`: handing a referral over. Ordering one names agency, purpose and legal
// basis; whoever takes it is entered before the first byte leaves.
import { randomUUID } from 'node:crypto';
import { Option, type Command } from 'commander';
import type { EncryptionMethod, Language, ProfileName, RegimeName } from '../../schemas/index.ts';
import { ANSWERS, REASONS } from '../../schemas/api.ts';
import { waitForPacket, type DeskClient, type MadePacket } from '../client/index.ts';
import { DeskError, isCode } from '../errors.ts';
import type { AnswerKind, PacketShown, Reason } from '../packet/record.ts';
import { encryptionWords } from '../packet/name.ts';
import { idOf, numberFrom, referralOf } from './arguments.ts';
import { UsageError } from './failure.ts';
import { acting, addCommand, remark, type Common, type Outcome } from './frame.ts';
import { openingWords } from './opening.ts';
import {
  addSelection,
  encryptionOption,
  languageOption,
  profileOption,
  regimeOption,
  selectionOf,
  type SelectOptions,
} from './packet-options.ts';
import { commandLine, quoted } from './command-line.ts';
import { demandWritable, writeOutput } from './paths.ts';
import { byteText } from './progress.ts';
import { withDesk } from './session.ts';
import { packetName, takeInto, type TakenFile } from './take-packet.ts';

interface OrderOptions extends Common, SelectOptions {
  readonly agency: string;
  readonly purpose: string;
  readonly legalBasis: string;
  readonly profile?: ProfileName;
  readonly language?: Language;
  readonly regime?: RegimeName;
  readonly encryption?: EncryptionMethod | false;
  readonly out?: string;
  readonly packet?: string;
}

interface ListOptions extends Common {
  readonly after?: string;
  readonly limit?: number;
}

interface AnswerOptions extends Common {
  readonly answer: AnswerKind;
  readonly reason?: Reason;
  readonly caseNumber?: string;
  readonly note?: string;
  readonly signature?: string;
}

const EXAMPLE_ID = '0f0e0d0c-0b0a-4908-8706-050403020100';

export function addPacket(program: Command): void {
  addSelection(
    addCommand(program, 'packet <referral>', {
      summary: 'pack a finished referral for an agency, and write the packet to a folder',
      example: 'packet 0f0e… --agency europol --purpose "inquiry" --legal-basis "Europol Regulation, Art. 26" --out .',
      more: [
        'The packet is frozen when it is ordered: what comes later is not in it. It is signed, and',
        'encrypted where the agency has a key (agency keys): what is written is what only the agency can open.',
        'Without --out it is ordered and made, and the agency takes it by itself (take, or a link). A download that was',
        'cut off goes on when the same command is run again with --packet <id>.',
      ],
    }),
  )
    .requiredOption('--agency <id>', 'for whom; see "agency list"')
    .requiredOption('--purpose <words>', 'what the agency will use it for; entered, sealed')
    .requiredOption('--legal-basis <words>', 'law, order or file number; entered, sealed')
    .addOption(profileOption())
    .addOption(languageOption())
    .addOption(regimeOption())
    .addOption(encryptionOption())
    .option('--no-encryption', 'signed only: whoever holds it can read it')
    .option('--out <dir>', 'write it there, named by its id')
    .option('--packet <id>', 'the id of an order that was given before, to go on with it; a fresh UUID for a new one')
    .action(acting(order));
  addCommand(program, 'packets', {
    summary: 'the packets you may see, oldest first',
    example: 'packets --limit 20',
  })
    .option('--limit <n>', 'at most so many, 1 to 200 (50 without)', numberFrom(1, 200))
    .option('--after <cursor>', 'go on where the page before ended')
    .action(acting(list));
  addCommand(program, 'take <packet>', {
    summary: 'take a packet: write it to a folder, going on where an earlier try was cut off',
    example: `take ${EXAMPLE_ID} --out packets --desk https://desk.example.org`,
  })
    .requiredOption('--out <dir>', 'where to')
    .action(acting(take));
  addCommand(program, 'link <packet>', {
    summary: 'a link by which whoever holds it takes the packet once',
    example: `link ${EXAMPLE_ID} --hours 24`,
    more: [
      'Opening the link shows a page with a button; only the button uses it up. Its path is shown this once.',
      'A download by link cannot be resumed: for a large packet give the agency a key of its own, for "take".',
    ],
  })
    .option('--hours <n>', 'how long it can be used, 1 to 720 (72 without)', numberFrom(1, 720))
    .option('--end', 'make none, but end every link to the packet that was not used')
    .action(acting(link));
  addCommand(program, 'acknowledge <packet>', {
    summary: "record the agency's answer to a packet; its reporter sees it in status",
    example: `acknowledge ${EXAMPLE_ID} --answer outcome --reason inquiryOpened --case-number "12/26"`,
    more: ["With an investigator's key, or entered by a supervisor with the agency's signature (--signature)."],
  })
    .addOption(new Option('--answer <answer>', 'how far it has come').choices(ANSWERS).makeOptionMandatory())
    .addOption(new Option('--reason <reason>', 'what an outcome was').choices(REASONS))
    .option('--case-number <number>', "the agency's own number; sealed")
    .option('--note <words>', 'more about it; sealed')
    .option('--signature <base64>', "Ed25519, by the agency's signing key")
    .action(acting(acknowledge));
  addCommand(program, 'summary <referral>', {
    summary: 'the PDF of a referral as it stands, for reading at the desk; the reading is entered',
    example: `summary ${EXAMPLE_ID} --purpose "first look" --out summary.pdf`,
  })
    .requiredOption('--purpose <words>', 'what it is read for; entered, sealed')
    .addOption(languageOption())
    .requiredOption('--out <file>', 'where to')
    .action(acting(summary));
}

// ── ordering and taking ───────────────────────────────────────────────────────────────────────────────────────────────

async function order(referral: string, options: OrderOptions): Promise<Outcome> {
  const referralId = referralOf(referral);
  const packetId = options.packet === undefined ? randomUUID() : idOf(options.packet, 'A packet');
  const { agency, purpose, legalBasis, profile, language, regime, out } = options;
  const encryption = options.encryption === false ? ('none' as const) : options.encryption;
  const terms = {
    ...(profile === undefined ? {} : { profile }),
    ...(language === undefined ? {} : { language }),
    ...(encryption === undefined ? {} : { encryption }),
    ...selectionOf(options),
    ...(regime === undefined ? {} : { regime }),
  };
  if (out !== undefined) await demandWritable(packetName(out, packetId));
  return withDesk(options, 'supervisor', async ({ client }) => {
    await client
      .orderPacket(referralId, { agency, purpose, legalBasis, ...terms }, packetId)
      .catch((error: unknown) => {
        if (isCode(error, 'desk/unreachable')) goOnWith(packetId)(error); // it may be ordered all the same
        throw error;
      });
    remark(`Ordered: packet ${packetId}. Making it …`);
    const made = await waitForPacket(client, packetId).catch(goOnWith(packetId));
    const { sizeBytes } = made;
    const file = out === undefined ? undefined : await takeInto(client, made, out).catch(goOnWith(packetId));
    return {
      words: [
        `Packet ${packetId} of referral ${referralId} is made for ${agency}: ${byteText(sizeBytes)}.`,
        ...(file === undefined ? nextToTake(made) : takenWords(file, made)),
      ],
      json: {
        referralId,
        packetId,
        agency,
        sizeBytes,
        encryption: made.encryption,
        ...(file === undefined ? {} : { file: file.path }),
      },
    };
  });
}

/** What fails after the order says how to go on with it, since the same command without it would order another. */
function goOnWith(packetId: string): (error: unknown) => never {
  const how = `Go on with this order: run the same command with --packet ${packetId}.`;
  return (error) => {
    if (error instanceof UsageError) throw new UsageError(`${error.message} ${how}`);
    if (!(error instanceof DeskError)) throw error;
    throw new DeskError(error.code, `${error.message} ${how}`, { cause: error, findings: error.findings });
  };
}

function nextToTake({ packetId, encryption }: MadePacket): string[] {
  return [
    `It is signed, and ${encryptionWords(encryption)}.`,
    'The agency may take it now:',
    `  ${commandLine(`take ${packetId} --out packets`)}`,
  ];
}

function takenWords({ path, isNew, sha256 }: TakenFile, { encryption }: MadePacket): string[] {
  const readers =
    encryption === 'none'
      ? 'whoever reads that file sees all of it'
      : 'without its private key nobody reads it, here neither';
  return [
    `It is ${path}: signed, ${encryptionWords(encryption)}; ${readers}.`,
    isNew ? 'The taking is entered.' : 'It was there already, to the byte, so nothing was taken again.',
    '',
    ...(encryption === 'none'
      ? [
          'To check it as the agency will, which needs no desk:',
          `  ${commandLine(`verify ${quoted(path)} --trust trust.json`)}`,
        ]
      : [
          `It has the SHA-256 that the desk entered, ${sha256}; what is inside only the agency can check.`,
          ...openingWords(encryption.method, path),
        ]),
  ];
}

async function take(packet: string, options: Common & { readonly out: string }): Promise<Outcome> {
  const packetId = idOf(packet, 'A packet');
  await demandWritable(packetName(options.out, packetId));
  return withDesk(options, 'supervisor', async ({ client }) => {
    const made = await waitForPacket(client, packetId);
    const { sizeBytes, encryption } = made;
    const file = await takeInto(client, made, options.out);
    return { words: takenWords(file, made), json: { packetId, sizeBytes, encryption, file: file.path } };
  });
}

interface LinkOptions extends Common {
  readonly hours?: number;
  readonly end?: boolean;
}

async function link(packet: string, options: LinkOptions): Promise<Outcome> {
  const packetId = idOf(packet, 'A packet');
  const { hours, end = false } = options;
  if (end && hours !== undefined) throw new UsageError('--end makes no link: leave --hours out.');
  if (end) return endLinks(packetId, options);
  const request = hours === undefined ? {} : { hours };
  const made = await withDesk(options, 'supervisor', ({ client }) => client.makeLink(packetId, request));
  return {
    words: [
      'Whoever holds this link takes the whole packet, once. Its path at the desk, shown this once:',
      `  ${made.path}`,
      `It can be used until ${made.expiresAt}. Send it by a way that only the right person reads.`,
    ],
    json: { packetId, ...made },
  };
}

async function endLinks(packetId: string, options: LinkOptions): Promise<Outcome> {
  const { ended } = await withDesk(options, 'supervisor', ({ client }) => client.endLinks(packetId));
  return { words: [`No link to packet ${packetId} works any more; ${ended} still did.`], json: { packetId, ended } };
}

// ── what is known ─────────────────────────────────────────────────────────────────────────────────────────────────────

async function list(options: ListOptions): Promise<Outcome> {
  const { after, limit } = options;
  const page = await withDesk(options, 'supervisor', ({ client }) => client.packets({ after, limit }));
  const { items, next } = page;
  const words = items.length === 0 ? ['No packet.'] : items.map(packetLine);
  const more = next === undefined ? [] : ['', 'There are more:', `  ${commandLine(`packets --after ${next}`)}`];
  return { words: [...words, ...more], json: page };
}

function packetLine({ packetId, agency, state, encryption, orderedAt, sizeBytes, answers }: PacketShown): string {
  const last = answers.at(-1);
  const answer = last === undefined ? '' : `  ${last.answer}${last.reason === undefined ? '' : `: ${last.reason}`}`;
  const size = sizeBytes === undefined ? '' : `  ${byteText(sizeBytes)}`;
  const key = encryption === 'none' ? '' : `  ${encryption.method}`;
  return `${packetId}  ${agency.padEnd(12)} ${state.padEnd(8)} ${orderedAt}${size}${key}${answer}`;
}

async function acknowledge(packet: string, options: AnswerOptions): Promise<Outcome> {
  const packetId = idOf(packet, 'A packet');
  const { answer, reason, caseNumber, note, signature } = options;
  const said = {
    answer,
    ...(reason === undefined ? {} : { reason }),
    ...(caseNumber === undefined ? {} : { caseNumber }),
    ...(note === undefined ? {} : { note }),
    ...(signature === undefined ? {} : { signature }),
  };
  const entered = await withDesk(options, 'supervisor', ({ client }) => client.acknowledge(packetId, said));
  return {
    words: [`The answer to packet ${packetId} is entered; the referral's reporter sees it in its status.`],
    json: entered,
  };
}

async function summary(
  referral: string,
  options: Common & { readonly purpose: string; readonly language?: Language; readonly out: string },
): Promise<Outcome> {
  const referralId = referralOf(referral);
  await demandWritable(options.out); // the reading is entered before the first byte comes
  const read = async ({ client }: { client: DeskClient }): Promise<string> =>
    writeOutput(options.out, await client.summary(referralId, options.purpose, options.language));
  const file = await withDesk(options, 'supervisor', read);
  return {
    words: [`The summary is ${file}: a reading copy, no packet. The reading and its purpose are entered.`],
    json: { referralId, file },
  };
}
