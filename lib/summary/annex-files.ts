// Annexes C and D: every file with its digests, every look at a file.
// Always true: what the desk computed, the name as sent, and what the submitter says of a file are told apart by marked labels.
import type { Attachment } from '../../schemas/index.ts';
import type { CaseView, Exhibit } from '../packet/case.ts';
import { saidOf } from '../packet/said.ts';
import { note, nothing, subheading } from './blocks.ts';
import { label } from './labels.ts';
import { listing } from './listing.ts';
import { DENSE, DENSE_GREY, DENSE_MONO, DENSE_MONO_GREY } from './scale.ts';
import type { Story } from './story.ts';
import { longTable, type Cell, type Part } from './table.ts';
import { tight, word } from './words.ts';

/** What the submitter says of a file. */
type Said = Partial<Attachment>;

export async function everyFile(story: Story): Promise<void> {
  const { sheet, words, case: held } = story;
  if (held.exhibits.length === 0) nothing(sheet, words.everyFile.none);
  else await exhibits(story);
  await undelivered(story);
}

async function exhibits(story: Story): Promise<void> {
  const {
    sheet,
    words: { everyFile: said },
  } = story;
  note(sheet, said.note);
  const columns = [
    { title: said.exhibit, width: 74 },
    { title: said.digests },
    { title: said.bytes, width: 48, right: true },
  ];
  await longTable(sheet, columns, exhibitRows(story), { style: DENSE, padding: 1.5, gap: 8 });
}

function* exhibitRows(story: Story): Generator<Cell[]> {
  const { words } = story;
  for (const [at, exhibit] of story.case.exhibits.entries()) {
    const { declared, viewed, sealedAt, originalName = words.everyFile.noName, sizeBytes } = exhibit;
    const attachment = saidOf(exhibit, story.referral);
    takePrinted(story, exhibit, attachment);
    const below = [words.files.viewedShort[viewed], tight(words, sealedAt)].map((text) => ({
      text,
      style: DENSE_GREY,
    }));
    yield [
      [{ text: exhibit.exhibit }, ...below],
      [{ text: originalName }, ...digests(story, exhibit), ...more(story, declared ?? at, attachment)],
      words.number(sizeBytes),
    ];
  }
}

/** What the row shows anyway need not be said twice. */
function takePrinted({ seen }: Story, exhibit: Exhibit, attachment: Said | undefined): void {
  seen.match(attachment, 'path', exhibit.originalName);
  seen.match(attachment, 'sha256', exhibit.sha256);
  seen.match(attachment, 'sizeBytes', exhibit.sizeBytes);
  seen.match(attachment, 'contentType', exhibit.contentType);
  seen.match(attachment, 'exhibit', exhibit.label);
}

/** On three lines, with the media type and the submitter's label where they fit. */
function digests({ words: { everyFile: said } }: Story, exhibit: Exhibit): Part[] {
  const { sha256, md5, sha1, crc32, contentType, label } = exhibit;
  return [
    { text: sha256, style: DENSE_MONO, label: 'SHA-256' },
    { text: md5, style: DENSE_MONO_GREY, label: 'MD5' },
    { text: crc32, style: DENSE_MONO_GREY, label: 'CRC-32', beside: true },
    ...(contentType === undefined ? [] : [{ text: contentType, style: DENSE_GREY, label: said.type, beside: true }]),
    { text: sha1, style: DENSE_MONO_GREY, label: 'SHA-1' },
    ...(label === undefined ? [] : [{ text: label, label: said.label }]),
  ];
}

function more(story: Story, at: number, attachment: Said | undefined): Part[] {
  if (attachment === undefined) {
    const { notDescribed, notDeclared } = story.words.everyFile;
    return [{ text: story.case.referral.report === undefined ? notDeclared : notDescribed, label: '' }];
  }
  return remarks(story, attachment, at);
}

/** All that is left of it; each value on a line of its own, behind its label. */
function remarks(story: Story, attachment: Said, at: number): Part[] {
  const prefix = `${label(story.words, 'fileDetails')}: `;
  return listing(story, attachment, `/attachments/${at}`).flatMap(([name, cell]) => {
    const parts: readonly Part[] = typeof cell === 'string' ? [{ text: cell }] : cell;
    return parts.map(({ text, label: own = '' }) => {
      const whole = own === '' ? name : `${name}: ${own}`;
      return { text, label: whole.startsWith(prefix) ? whole.slice(prefix.length) : whole };
    });
  });
}

/** Declared in the referral, and never received. */
async function undelivered(story: Story): Promise<void> {
  const { sheet, words, case: held, referral } = story;
  const received = new Set(held.exhibits.map(({ declared }) => declared));
  const left = [...(referral.attachments ?? []).entries()].filter(([at]) => !received.has(at));
  if (left.length === 0) return;
  subheading(sheet, words.everyFile.undelivered);
  const columns = [
    { title: words.common.number, width: 26, right: true },
    { title: words.everyFile.name, width: 150 },
    { title: words.everyFile.said },
  ];
  await longTable(sheet, columns, undeliveredRows(story, left), { style: DENSE, padding: 2, gap: 8 });
}

function* undeliveredRows(story: Story, left: readonly (readonly [number, Attachment])[]): Generator<Cell[]> {
  for (const [at, attachment] of left)
    yield [story.words.number(at + 1), story.seen.take(attachment, 'path'), remarks(story, attachment, at)];
}

export async function everyView(story: Story): Promise<void> {
  const {
    sheet,
    words: { everyLook: said },
    case: { views },
  } = story;
  takeStated(story);
  if (views.length === 0) {
    nothing(sheet, said.none);
    return;
  }
  note(sheet, said.note);
  const columns = [
    { title: said.exhibit, width: 34 },
    { title: 'SHA-256', width: 130 },
    { title: said.word, width: 78 },
    { title: said.viewer },
    { title: said.extent, width: 42 },
    { title: said.fromTo, width: 80 },
  ];
  await longTable(sheet, columns, viewRows(story), { style: DENSE, padding: 2, gap: 8 });
}

function* viewRows({ words, case: { views } }: Story): Generator<Cell[]> {
  const { entered, enteredAs, stated, afterFinish } = words.everyLook;
  for (const view of views) {
    const entry = view.seq === undefined ? entered : enteredAs(view.seq);
    yield [
      view.exhibit ?? '–',
      [view.sha256.slice(0, 32), view.sha256.slice(32)].map((text) => ({ text, style: DENSE_MONO })),
      [
        { text: view.source === 'desk' ? entry : stated },
        ...(view.afterFinish ? [{ text: afterFinish, style: DENSE_GREY }] : []),
      ],
      view.viewer,
      word(words.codes, view.extent),
      [view.from, view.to].map((each) => ({ text: each === undefined ? '–' : tight(words, each) })),
    ];
  }
}

/** Looks that the referral states stand in the case manifest as well; only what is equal there counts as printed. */
function takeStated({ seen, referral, case: { views } }: Story): void {
  const keys = ['sha256', 'viewer', 'from', 'to', 'extent'] as const;
  const keyOf = (each: Pick<CaseView, (typeof keys)[number]>): string =>
    JSON.stringify(keys.map((key) => each[key] ?? null));
  const printed = new Set(views.filter(({ source }) => source === 'referral').map(keyOf));
  for (const event of referral.viewEvents ?? []) {
    if (printed.has(keyOf(event))) for (const key of keys) seen.take(event, key);
  }
}
