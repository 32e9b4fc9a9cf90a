// The packet's PDF: drawn from the case manifest and the referral, and from nothing else.
// Always true: the same input gives the same bytes; every field of the referral is in it; there are no images in it.
import type { Case } from '../packet/case.ts';
import type { FontName } from '../ports.ts';
import type { Referral } from '../../schemas/index.ts';
import { everyFile, everyView } from './annex-files.ts';
import { everyMember, everyMessage } from './annexes.ts';
import { fields, heading, nothing } from './blocks.ts';
import { checking, log, missing } from './checking.ts';
import { COPY_SOURCE, cover, READING_COPY } from './cover.ts';
import { custody } from './custody.ts';
import { directionOf } from './direction.ts';
import { insideOf } from './encode.ts';
import { groups } from './groups.ts';
import { whatHappened, when } from './incident.ts';
import { listing } from './listing.ts';
import { filesInNumbers, messagesInNumbers } from './numbers.ts';
import { openSheet, type Extent, type Running, type Sheet } from './page.ts';
import { who } from './people.ts';
import { handling, sources, where } from './places.ts';
import { story as tell, type Story } from './story.ts';
import { typefaces, type Further, type Typefaces } from './typeface.ts';
import { watching } from './watching.ts';
import { short } from './words.ts';

interface Section {
  readonly title: string;
  readonly draw: (story: Story) => void;
  /** Whether there is so much of it that it begins a page. */
  readonly onNewPage?: (story: Story) => boolean;
}

const SECTIONS: readonly Section[] = [
  { title: 'What happened', draw: whatHappened, onNewPage: () => true },
  { title: 'When', draw: when },
  { title: 'Who', draw: who },
  { title: 'Where', draw: where },
  { title: 'How it may be used', draw: handling },
  { title: 'Observations', draw: watching },
  { title: 'Chat groups', draw: groups },
  { title: 'Messages in numbers', draw: messagesInNumbers },
  { title: 'Files in numbers', draw: filesInNumbers },
  { title: 'Sources and links', draw: sources },
  { title: 'Custody', draw: custody },
  { title: 'The log', draw: log },
  { title: 'How to verify this packet', draw: checking },
  { title: 'What is missing', draw: missing },
  { title: 'Annex A: every member', draw: everyMember, onNewPage: ({ groups: all }) => all.length > 0 },
  {
    title: 'Annex B: every message',
    draw: everyMessage,
    onNewPage: ({ referral }) => (referral.messages ?? []).length > 0,
  },
  { title: 'Annex C: every file', draw: everyFile, onNewPage: ({ case: { exhibits } }) => exhibits.length > 0 },
  { title: 'Annex D: looks at files', draw: everyView, onNewPage: ({ case: { views } }) => views.length > 0 },
  { title: 'Everything else in the referral', draw: everythingElse },
];

/**
 * The summary as PDF.
 * @param input the case manifest, the SHA-256 of its canonical JSON in hex, and the referral it is about
 * @param font whole TrueType files; each is asked for once per process
 */
export async function renderSummary(
  input: { readonly case: Case; readonly caseSha256: string; readonly referral: Referral },
  font: (name: FontName) => Promise<Uint8Array>,
): Promise<Buffer> {
  const faces = await typefaces(font);
  const head = running(input.case, input.caseSha256, input.referral);
  const direction = directionOf(input.case.packet?.terms.language ?? 'en');
  const whole = await settled(faces.further, () =>
    draw(input, openSheet(undefined, faces, head, undefined, direction)),
  );
  const document = await newDocument(input.case, faces);
  const written = await flowing(document);
  draw(input, openSheet(insideOf(document), faces, head, whole, direction));
  document.end();
  return Buffer.concat(await written.chunks);
}

/** Measures until nothing more is wanted: text may turn out to need a typeface that is not loaded yet. */
async function settled<T>(further: Further, measure: () => T): Promise<T> {
  for (;;) {
    const measured = measure();
    if (!(await further.load())) return measured;
  }
}

type Input = Parameters<typeof renderSummary>[0];

/** Draws everything, from the cover to what is left; what it answers is the same whatever it is drawn on. */
function draw(input: Input, sheet: Sheet): Extent {
  const story = tell(input.case, input.caseSha256, input.referral, sheet);
  cover(story, SECTIONS.length);
  for (const { title, draw: drawSection, onNewPage } of SECTIONS) {
    heading(sheet, title, { onNewPage: onNewPage?.(story) ?? false });
    drawSection(story);
  }
  sheet.finish();
  return { pages: sheet.pages, marks: sheet.marks };
}

async function newDocument(held: Case, faces: Typefaces): Promise<PDFKit.PDFDocument> {
  const { default: PDFDocument } = await import('pdfkit');
  return new PDFDocument({
    size: 'A4',
    margin: 0,
    font: faces.sans.font as unknown as string,
    autoFirstPage: false,
    pdfVersion: '1.7',
    lang: 'en',
    displayTitle: true,
    info: information(held),
  });
}

function information({ packet, asOf, referral }: Case): PDFKit.DocumentInfo {
  const what = packet === undefined ? READING_COPY : `packet ${packet.id}`;
  return {
    Title: `Referral ${referral.id}, ${what}`,
    Subject: 'Summary of a referral',
    Author: 'Referral Desk',
    Creator: 'Referral Desk',
    Producer: 'pdfkit 0.20.2',
    CreationDate: new Date(packet?.orderedAt ?? asOf),
  };
}

/** What no section has printed. */
function everythingElse(story: Story): void {
  const rows = listing(story, story.referral, '');
  if (rows.length === 0) nothing(story.sheet, 'Nothing: every field of the referral stands above.');
  fields(story.sheet, rows);
}

function running({ referral, packet }: Case, caseSha256: string, sent: Referral): Running {
  const codes = (sent.handling?.codes ?? []).map(({ code }) => code);
  const id = `Referral ${short(referral.id)}`;
  return {
    left: packet === undefined ? id : `${id}  ·  Packet ${short(packet.id)}`,
    right: codes.length === 0 ? 'Handling: not stated' : `Handling ${[...new Set(codes)].join(' ')}`,
    ...(packet === undefined && { warning: READING_COPY }),
    source: packet === undefined ? `SHA-256 of ${COPY_SOURCE}` : 'Case manifest, SHA-256',
    caseSha256,
  };
}

/**
 * Takes all that the document gives away, each page as soon as the next one begins, and not when there is time: the drawing leaves
 * none. Chunks are copied, since each that zlib gives holds on to 16 KiB.
 */
async function flowing(document: PDFKit.PDFDocument): Promise<{ readonly chunks: Promise<Buffer[]> }> {
  const taken: Buffer[] = [];
  const chunks = new Promise<Buffer[]>((resolve, reject) => {
    document.once('end', () => {
      resolve(taken);
    });
    document.once('error', reject);
  });
  await new Promise((resolve) => {
    document.once('resume', resolve);
    document.on('data', (chunk: Buffer) => taken.push(Buffer.from(chunk)));
  });
  return { chunks };
}
