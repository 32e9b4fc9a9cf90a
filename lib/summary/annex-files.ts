// Annexes C and D: every file with its digests, every look at a file.
// Always true: what the desk computed, the name as sent, and what the submitter says of a file are told apart by marked labels.
import type { Attachment } from '../../schemas/index.ts';
import type { CaseView, Exhibit } from '../packet/case.ts';
import { saidOf } from '../packet/said.ts';
import { note, nothing, subheading } from './blocks.ts';
import { listing } from './listing.ts';
import { VIEWED_SHORT } from './meanings.ts';
import { DENSE, DENSE_GREY, DENSE_MONO, DENSE_MONO_GREY } from './scale.ts';
import type { Story } from './story.ts';
import { table, type Cell, type Part } from './table.ts';
import { number, tight } from './words.ts';

/** What the submitter says of a file. */
type Said = Partial<Attachment>;

export function everyFile(story: Story): void {
  const { sheet, case: held } = story;
  if (held.exhibits.length === 0) nothing(sheet, 'None: the desk holds no file of this referral.');
  else exhibits(story);
  undelivered(story);
}

function exhibits(story: Story): void {
  const { sheet } = story;
  note(
    sheet,
    'Below the exhibit number: the state of viewing, and when the file was sealed. Below the name as sent: the digests, as the desk computed them, then what the submitter says of the file. Z is UTC.',
  );
  const columns = [
    { title: 'Exhibit', width: 74 },
    { title: 'Name as sent, digests, what is said of it' },
    { title: 'Bytes', width: 48, right: true },
  ];
  table(sheet, columns, exhibitRows(story), { style: DENSE, padding: 1.5, gap: 8 });
}

function* exhibitRows(story: Story): Generator<Cell[]> {
  for (const [at, exhibit] of story.case.exhibits.entries()) {
    const { declared, viewed, sealedAt, originalName = 'no name stated', sizeBytes } = exhibit;
    const attachment = saidOf(exhibit, story.referral);
    takePrinted(story, exhibit, attachment);
    const below = [VIEWED_SHORT[viewed], tight(sealedAt)].map((text) => ({ text, style: DENSE_GREY }));
    yield [
      [{ text: exhibit.exhibit }, ...below],
      [{ text: originalName }, ...digests(exhibit), ...more(story, declared ?? at, attachment)],
      number(sizeBytes),
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
function digests({ sha256, md5, sha1, crc32, contentType, label }: Exhibit): Part[] {
  return [
    { text: sha256, style: DENSE_MONO, label: 'SHA-256' },
    { text: md5, style: DENSE_MONO_GREY, label: 'MD5' },
    { text: crc32, style: DENSE_MONO_GREY, label: 'CRC-32', beside: true },
    ...(contentType === undefined ? [] : [{ text: contentType, style: DENSE_GREY, label: 'Type', beside: true }]),
    { text: sha1, style: DENSE_MONO_GREY, label: 'SHA-1' },
    ...(label === undefined ? [] : [{ text: label, label: "Submitter's label" }]),
  ];
}

function more(story: Story, at: number, attachment: Said | undefined): Part[] {
  if (attachment === undefined) {
    const isReport = story.case.referral.report !== undefined;
    return [{ text: isReport ? 'not described by the submitter' : 'not declared in the referral', label: '' }];
  }
  return remarks(story, attachment, at);
}

/** All that is left of it; each value on a line of its own, behind its label. */
function remarks(story: Story, attachment: Said, at: number): Part[] {
  return listing(story, attachment, `/attachments/${at}`).flatMap(([name, cell]) => {
    const parts: readonly Part[] = typeof cell === 'string' ? [{ text: cell }] : cell;
    return parts.map(({ text, label = '' }) => {
      const whole = label === '' ? name : `${name}: ${label}`;
      return { text, label: whole.replace(/^File details: /, '') };
    });
  });
}

/** Declared in the referral, and never received. */
function undelivered(story: Story): void {
  const { sheet, case: held, referral } = story;
  const received = new Set(held.exhibits.map(({ declared }) => declared));
  const left = [...(referral.attachments ?? []).entries()].filter(([at]) => !received.has(at));
  if (left.length === 0) return;
  subheading(sheet, 'Declared in the referral, but not received');
  const columns = [
    { title: 'No.', width: 26, right: true },
    { title: 'Name, as sent', width: 150 },
    { title: 'What is said of it' },
  ];
  table(sheet, columns, undeliveredRows(story, left), { style: DENSE, padding: 2, gap: 8 });
}

function* undeliveredRows(story: Story, left: readonly (readonly [number, Attachment])[]): Generator<Cell[]> {
  for (const [at, attachment] of left)
    yield [number(at + 1), story.seen.take(attachment, 'path'), remarks(story, attachment, at)];
}

export function everyView(story: Story): void {
  const {
    sheet,
    case: { views },
  } = story;
  takeStated(story);
  if (views.length === 0) {
    nothing(sheet, 'None recorded: nobody entered or stated a look at a file.');
    return;
  }
  note(
    sheet,
    'Entered: at the desk, in its chain, with the number of the entry. Stated: by the submitter, in the referral. A look entered after the referral was finished does not count for the state in annex C.',
  );
  const columns = [
    { title: 'Exhibit', width: 34 },
    { title: 'SHA-256', width: 130 },
    { title: 'On whose word', width: 78 },
    { title: 'Viewer' },
    { title: 'How much', width: 42 },
    { title: 'From, to', width: 80 },
  ];
  table(sheet, columns, viewRows(views), { style: DENSE, padding: 2, gap: 8 });
}

function* viewRows(views: readonly CaseView[]): Generator<Cell[]> {
  for (const view of views) {
    const entered = view.seq === undefined ? 'entered' : `entered, entry ${view.seq}`;
    yield [
      view.exhibit ?? '–',
      [view.sha256.slice(0, 32), view.sha256.slice(32)].map((text) => ({ text, style: DENSE_MONO })),
      [
        { text: view.source === 'desk' ? entered : 'stated' },
        ...(view.afterFinish ? [{ text: 'after the finish', style: DENSE_GREY }] : []),
      ],
      view.viewer,
      view.extent,
      [view.from, view.to].map((each) => ({ text: each === undefined ? '–' : tight(each) })),
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
