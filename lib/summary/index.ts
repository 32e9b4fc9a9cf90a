// The packet's PDF: drawn from the case manifest and the referral, and from nothing else.
// Always true: the same input gives the same bytes; every field of the referral is in it; there are no images in it.
import type { Case } from '../packet/case.ts';
import type { FontName } from '../ports.ts';
import type { Language, Referral } from '../../schemas/index.ts';
import type { SectionName } from '../profile/index.ts';
import { attach, describe, packFiles, type Archive, type Attached, type PackedFile } from './archive.ts';
import { everyFile, everyView } from './annex-files.ts';
import { everyMember, everyMessage } from './annexes.ts';
import { heading, manyFields, nothing } from './blocks.ts';
import { checking, log, missing } from './checking.ts';
import { clearance, isCleared } from './clearance.ts';
import { cover } from './cover.ts';
import { custody } from './custody.ts';
import { directionOf, type Direction } from './direction.ts';
import { flowing, newDocument, timeOf, type Form } from './document.ts';
import { insideOf } from './encode.ts';
import { groups } from './groups.ts';
import { whatHappened, when } from './incident.ts';
import { catalogueOf, type Catalogue } from './language/index.ts';
import { listing } from './listing.ts';
import { filesInNumbers, messagesInNumbers } from './numbers.ts';
import { packedObjects, plainObjects } from './objects.ts';
import { openPacking } from './packing.ts';
import { openSheet, type Sheet } from './page.ts';
import { whatIsLeftOut } from './part.ts';
import { who } from './people.ts';
import { handling, sources, where } from './places.ts';
import type { Running } from './running.ts';
import { BODY, BODY_BOLD } from './scale.ts';
import { demandWhole, type ObjectSink } from './sink.ts';
import { story as tell, type Story } from './story.ts';
import { openTags } from './tags.ts';
import { typesetter } from './text.ts';
import { typefaces, type Further, type Typefaces } from './typeface.ts';
import { watching } from './watching.ts';
import { short } from './words.ts';

export type { Attached } from './archive.ts';
export type { Form } from './document.ts';

interface Section {
  readonly draw: (story: Story) => void | Promise<void>;
  /** Whether there is so much of it that it begins a page. */
  readonly onNewPage?: (story: Story) => boolean;
}

const DRAWN: Readonly<Record<SectionName, Section>> = {
  leftOut: { draw: whatIsLeftOut },
  incident: { draw: whatHappened },
  times: { draw: when },
  people: { draw: who },
  places: { draw: where },
  handling: { draw: handling },
  observations: { draw: watching },
  groups: { draw: groups },
  messages: { draw: messagesInNumbers },
  files: { draw: filesInNumbers },
  sources: { draw: sources },
  custody: { draw: custody },
  log: { draw: log },
  checking: { draw: checking },
  missing: { draw: missing },
  everyMember: { draw: everyMember, onNewPage: ({ groups: all }) => all.length > 0 },
  everyMessage: {
    draw: everyMessage,
    onNewPage: ({ referral }) => (referral.messages ?? []).length > 0,
  },
  everyFile: { draw: everyFile, onNewPage: ({ case: { exhibits } }) => exhibits.length > 0 },
  everyLook: { draw: everyView, onNewPage: ({ case: { views } }) => views.length > 0 },
  rest: { draw: everythingElse },
};

/**
 * The summary as PDF.
 * @param input the case manifest, the SHA-256 of its canonical JSON in hex, and the referral it is about
 * @param input.language of the desk's own words on a reading copy; a packet has its own, which was ordered
 * @param input.attached files that lie in the PDF, in this order
 * @param font whole TrueType files; each is asked for once per process
 * @param cores with more than one, pages are packed on other threads once the process has drawn a while; the bytes are the same
 */
export async function renderSummary(
  input: {
    readonly case: Case;
    readonly caseSha256: string;
    readonly referral: Referral;
    readonly attached?: readonly Attached[];
    readonly language?: Language;
  },
  font: (name: FontName) => Promise<Uint8Array>,
  form: Form = 'PDF/A-3a',
  cores = 1,
): Promise<Buffer> {
  const attached = packFiles(input.attached ?? []);
  attached.catch(() => undefined); // it is told where it is waited for; were that never, Node would end the process
  const faces = await typefaces(font);
  const language = languageOf(input);
  const words = await catalogueOf(language);
  await ownScript(faces, words);
  return await settled(faces.further, () =>
    drawn(input, { faces, words, direction: directionOf(language), form, cores, attached }),
  );
}

interface Setting {
  readonly faces: Typefaces;
  readonly words: Catalogue;
  readonly direction: Direction;
  readonly form: Form;
  readonly cores: number;
  readonly attached: Promise<readonly PackedFile[]>;
}

/** The whole file; nothing once more typefaces are wanted than are there, since then it has to be drawn again. */
async function drawn(
  input: Input,
  { faces, words, direction, form, cores, attached }: Setting,
): Promise<Buffer | undefined> {
  const document = await newDocument(words, input.case, faces, form);
  const sink = document as unknown as ObjectSink;
  const written = await flowing(document);
  const packing = openPacking(cores);
  const objects = form === 'PDF/A-1a' ? plainObjects(sink, packing) : packedObjects(sink, packing);
  const output = { document: insideOf(document), tags: openTags(sink, objects), objects, packing };
  const running = runningOf(words, input.case, input.caseSha256);
  describe(document as unknown as Archive);
  await draw(input, (out, front) => openSheet(out ? output : undefined, faces, running, direction, front));
  if (faces.further.isWanted()) return undefined;
  objects.closeStructure();
  await packing.begin();
  attach(document as unknown as Archive, await attached, timeOf(input.case));
  document.end(); // takes its fonts, while others pack the rest
  await packing.finish();
  objects.finish();
  demandWhole(sink);
  return Buffer.concat(await written.chunks);
}

/** The script of the desk's own words is there before anything is laid out: code points in their place would make every page longer. */
async function ownScript(faces: Typefaces, { cover }: Catalogue): Promise<void> {
  const setter = typesetter(undefined, undefined, faces);
  await settled(faces.further, () =>
    Promise.resolve([BODY, BODY_BOLD].map((style) => setter.width(cover.language, style))),
  );
}

/** Draws until nothing more is wanted: text may turn out to need a typeface that is not loaded yet. */
async function settled<T>(further: Further, make: () => Promise<T | undefined>): Promise<T> {
  for (;;) {
    const made = await make();
    if (!(await further.load()) && made !== undefined) return made;
  }
}

/** A reading copy, which no agency ordered, is in English unless another language was asked for. */
function languageOf({ case: { packet }, language = 'en' }: Input): Language {
  return packet?.terms.language ?? language;
}

type Input = Parameters<typeof renderSummary>[0];

/**
 * Draws everything, the cover last, since it says where all else stands. How many pages it takes is found out on a sheet without a
 * document.
 * @param open a sheet with the output or without, so many pages kept free in front of it
 */
async function draw(input: Input, open: (out: boolean, front: number) => Sheet): Promise<void> {
  const measuring = open(false, 0);
  const measured = tell(input.case, input.caseSha256, input.referral, measuring);
  const sections = measured.profile.sections.filter(
    (name) => name !== 'leftOut' || input.case.packet?.part !== undefined,
  );
  const entries = sections.length + (isCleared(input.case) ? 1 : 0);
  cover(measured, entries);
  const sheet = open(true, measuring.pages);
  const story = { ...measured, sheet };
  const front = sheet.tags.open('Sect');
  if (isCleared(input.case))
    sheet.inside('Sect', () => {
      heading(sheet, story.words.clearance.title, { onNewPage: true });
      clearance(story);
    });
  for (const [at, name] of sections.entries()) {
    await drawSection(story, name, at === 0);
    if (sheet.isRestDue()) await sheet.rest();
  }
  sheet.toFront();
  sheet.tags.within(front, () => {
    cover(story, entries);
  });
  sheet.tags.close(front);
  sheet.finish();
}

function drawSection(story: Story, name: SectionName, isFirst: boolean): Promise<void> {
  const { sheet, words } = story;
  const { draw: drawBody, onNewPage } = DRAWN[name];
  return sheet.throughout('Sect', async () => {
    heading(sheet, words.sections[name], { onNewPage: isFirst || (onNewPage?.(story) ?? false) });
    await drawBody(story);
  });
}

/** What no section has printed. */
async function everythingElse(story: Story): Promise<void> {
  const rows = listing(story, story.referral, '');
  if (rows.length === 0) nothing(story.sheet, story.words.rest.nothing);
  await manyFields(story.sheet, rows);
}

/** What stands on every page: that it is no packet, that it was cleared, that it is a part. */
function warning({ page, clearance: cleared, part }: Catalogue, held: Case): { warning?: string } {
  if (held.packet === undefined) return { warning: page.readingCopy };
  const said = [
    ...(isCleared(held) ? [cleared.running] : []),
    ...(held.packet.part === undefined ? [] : [part.running]),
  ];
  return said.length === 0 ? {} : { warning: said.join('  ·  ') };
}

function runningOf(words: Catalogue, held: Case, caseSha256: string): Running {
  const { referral, packet } = held;
  const codes = referral.handling;
  const { page: said } = words;
  const id = said.referral(short(referral.id));
  return {
    words,
    left: packet === undefined ? id : `${id}  ·  ${said.packet(short(packet.id))}`,
    right: codes.length === 0 ? said.handlingNotStated : said.handling(codes.join(' ')),
    ...warning(words, held),
    source: packet === undefined ? said.copyDigest : said.caseDigest,
    caseSha256,
  };
}
