// Annexes C and D: every file with its digests, every look at a file.
import type { Attachment } from '../../schemas/index.ts';
import type { CaseView, Exhibit } from '../packet/case.ts';
import { note, nothing, subheading } from './blocks.ts';
import { listing } from './listing.ts';
import { DENSE, DENSE_GREY, DENSE_MONO, DENSE_MONO_GREY } from './scale.ts';
import type { Story } from './story.ts';
import { table, type Cell, type Part } from './table.ts';
import { number, tight, VIEWED_SHORT } from './words.ts';

export function everyFile(story: Story): void {
  const { sheet, case: held } = story;
  if (held.exhibits.length === 0) nothing(sheet, 'None: the desk holds no file of this referral.');
  else exhibits(story);
  undelivered(story);
}

function exhibits(story: Story): void {
  const { sheet, case: held } = story;
  note(
    sheet,
    'SHA-256, then MD5 and CRC-32, then SHA-1, as the desk computed them. Below the exhibit number: the state of viewing, and when the file was sealed. Grey under the name: its type, and what the submitter says of the file. Z is UTC.',
  );
  const columns = [
    { title: 'Exhibit', width: 72 },
    { title: 'Name as sent' },
    { title: 'Bytes', width: 44, right: true },
    { title: 'SHA-256 · MD5, CRC-32 · SHA-1', width: 251 },
  ];
  const rows = held.exhibits.map((each) => exhibitRow(story, each));
  table(sheet, columns, rows, { style: DENSE, padding: 2, gap: 8 });
}

function exhibitRow(story: Story, exhibit: Exhibit): Cell[] {
  const attachment = story.referral.attachments?.[exhibit.declared ?? -1];
  takePrinted(story, exhibit, attachment);
  const state = [VIEWED_SHORT[exhibit.viewed], tight(exhibit.sealedAt)];
  return [
    [{ text: exhibit.exhibit }, ...state.map((text) => ({ text, style: DENSE_GREY }))],
    [...names(exhibit), ...more(story, exhibit, attachment)],
    number(exhibit.sizeBytes),
    digests(exhibit),
  ];
}

/** What the row shows anyway need not be said twice. */
function takePrinted({ seen }: Story, exhibit: Exhibit, attachment: Attachment | undefined): void {
  seen.match(attachment, 'path', exhibit.originalName);
  seen.match(attachment, 'sha256', exhibit.sha256);
  seen.match(attachment, 'sizeBytes', exhibit.sizeBytes);
  seen.match(attachment, 'contentType', exhibit.contentType);
  seen.match(attachment, 'exhibit', exhibit.label);
}

function names({ originalName, label, contentType }: Exhibit): Part[] {
  const named = { text: originalName ?? 'no name stated' };
  const second = [label && `Label ${label}`, contentType].filter((each) => each !== undefined).join(' · ');
  return second === '' ? [named] : [named, { text: second, style: DENSE_GREY }];
}

function more(story: Story, { declared }: Exhibit, attachment: Attachment | undefined): Part[] {
  if (attachment === undefined) return [{ text: 'Not declared in the referral', style: DENSE_GREY }];
  return remarks(story, attachment, declared ?? 0);
}

function remarks(story: Story, attachment: Attachment, at: number): Part[] {
  return listing(story, attachment, `/attachments/${at}`).map(([name, cell]) => {
    const text = typeof cell === 'string' ? cell : cell.map((part) => part.text).join('; ');
    return { text: `${name}: ${text}`.replace(/^File details: /, ''), style: DENSE_GREY };
  });
}

function digests({ sha256, md5, sha1, crc32 }: Exhibit): Part[] {
  return [
    { text: sha256, style: DENSE_MONO },
    { text: `${md5} ${crc32}`, style: DENSE_MONO_GREY },
    { text: sha1, style: DENSE_MONO_GREY },
  ];
}

/** Declared in the referral, and never received. */
function undelivered(story: Story): void {
  const { sheet, case: held, referral, seen } = story;
  const received = new Set(held.exhibits.map(({ declared }) => declared));
  const left = [...(referral.attachments ?? []).entries()].filter(([at]) => !received.has(at));
  if (left.length === 0) return;
  subheading(sheet, 'Declared in the referral, but not received');
  const columns = [
    { title: 'No.', width: 26, right: true },
    { title: 'Name, as sent', width: 150 },
    { title: 'What is said of it' },
  ];
  const rows = left.map(([at, attachment]): Cell[] => [
    number(at + 1),
    seen.take(attachment, 'path'),
    remarks(story, attachment, at),
  ]);
  table(sheet, columns, rows, { style: DENSE, padding: 2, gap: 8 });
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
  table(sheet, columns, views.map(viewRow), { style: DENSE, padding: 2, gap: 8 });
}

function viewRow(view: CaseView): Cell[] {
  const word = view.source === 'desk' ? `entered${view.seq === undefined ? '' : `, entry ${view.seq}`}` : 'stated';
  return [
    view.exhibit ?? '–',
    [view.sha256.slice(0, 32), view.sha256.slice(32)].map((text) => ({ text, style: DENSE_MONO })),
    [{ text: word }, ...(view.afterFinish ? [{ text: 'after the finish', style: DENSE_GREY }] : [])],
    view.viewer,
    view.extent,
    [view.from, view.to].map((each) => ({ text: each === undefined ? '–' : tight(each) })),
  ];
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
