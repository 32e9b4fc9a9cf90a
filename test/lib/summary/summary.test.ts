// The packet's PDF: the same bytes each time, nothing of the referral lost, nothing claimed beyond the state, nothing drawn wrongly.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import type { Case } from '../../../lib/packet/case.ts';
import { VIEWED } from '../../../lib/packet/viewed-state.ts';
import { ACTS } from '../../../lib/custody.ts';
import { localFont } from '../../../lib/local/fonts.ts';
import { short } from '../../../lib/summary/words.ts';
import { renderSummary } from '../../../lib/summary/index.ts';
import { catalogueOf } from '../../../lib/summary/language/index.ts';
import { fieldsOf } from '../../../schemas/tree.ts';
import { fileDetailsSchema, referralSchema, type FileDetails, type Referral } from '../../../schemas/index.ts';
import { bare, read } from './read.ts';
import { fill, forms, leaves } from './filled.ts';
import { hex, SMALL, storyOf, type StoryInput } from './material.ts';

const en = await catalogueOf('en');
const render = (input: StoryInput): Promise<Buffer> => renderSummary(input, localFont);
const has = (tool: string): boolean => spawnSync(tool, ['--version']).error === undefined;

const withText = (text: string): StoryInput =>
  storyOf(SMALL, {
    referral: { messages: [{ id: 'one', sender: 'Kim', sent: { at: 'unknown', clockSource: 'unknown' }, text }] },
  });

describe('the summary', () => {
  it('is the same bytes each time, and a PDF with outline, title and language', async () => {
    const [first, second] = [await render(storyOf(SMALL)), await render(storyOf(SMALL))];
    expect(first.equals(second)).toBe(true);
    const text = first.toString('latin1');
    expect(text).toMatch(/^%PDF-1\.7/);
    expect(text).toMatch(/\/Outlines \d+ 0 R/);
    expect(text).toContain('/Lang (en)');
    expect(text).toContain('/DisplayDocTitle true');
    expect(text).not.toMatch(/Helvetica|\/Subtype \/Image|\/XObject/);
  });

  it('prints page x of y, the digest of the case manifest, ids and handling on every page', async () => {
    const input = storyOf(SMALL);
    const { pages } = read(await render(input));
    expect(pages.length).toBeGreaterThan(10);
    for (const [at, page] of pages.entries()) {
      expect(page).toContain(`Page ${at + 1} of ${pages.length}`);
      expect(page).toContain(input.caseSha256);
      expect(page).toContain(`Referral ${input.case.referral.id.slice(-8)}`);
      expect(page).toContain('Handling H1 H3');
    }
  });

  it('calls two referrals of one moment by different names there', () => {
    const [one, other] = ['019b7765-ec00-7000-8000-0000c0ffee01', '019b7765-ec00-7000-8000-0000c0ffee02'];
    expect([short(one), short(other)]).toEqual(['c0ffee01', 'c0ffee02']);
  });

  it('says on the first page that the packet is not encrypted', async () => {
    const { pages } = read(await render(storyOf(SMALL)));
    expect(pages[0]).toContain('The packet is signed but NOT encrypted: whoever holds it can read it.');
  });

  it('calls a reading copy one on every page', async () => {
    const held: Case = { ...storyOf(SMALL).case };
    delete held.packet;
    delete held.log;
    const { pages } = read(await render({ ...storyOf(SMALL), case: held }));
    for (const page of pages) expect(page).toContain('Reading copy, not a packet');
    expect(pages[0]).not.toContain('signed but NOT');
  });

  it('lists every member, every message and every file', async () => {
    const input = storyOf({ ...SMALL, members: 40, messages: 120, exhibits: 60 });
    const whole = bare(read(await render(input)).whole);
    for (const { members = [] } of input.referral.chatGroups ?? [])
      for (const { displayName = '', id = '', phone } of members) {
        expect(whole).toContain(bare(`${displayName} ${id}`));
        expect(whole).toContain(bare(phone?.value ?? ''));
      }
    for (const { id, text = '' } of input.referral.messages ?? []) {
      expect(whole).toContain(id);
      expect(whole).toContain(bare(text));
    }
    for (const { exhibit, sha256, md5, sha1, originalName = '' } of input.case.exhibits)
      for (const each of [exhibit, sha256, md5, sha1, originalName]) expect(whole).toContain(each);
  });

  it('renders a referral with hardly anything in it, and says what is not there', async () => {
    const { whole } = read(await render(emptyStory()));
    for (const said of [
      'None recorded.',
      'No chat group is part of this referral.',
      'Nothing that the desk knows to ask for.',
    ])
      expect(whole).toContain(said);
    expect(whole.match(/not stated/g)?.length).toBeGreaterThan(4);
  });

  it('has words for every act', () => {
    for (const act of ACTS) expect(en.custody.acts[act]).toBeDefined();
  });
});

describe('text that cannot be drawn', () => {
  const cases: readonly [string, string, string][] = [
    ['a script without a typeface', 'a ܐܒ', 'a [U+0710 U+0712]'],
    ['emoji', 'so 👨‍👩‍👧!', 'so [U+1F468 U+200D U+1F469 U+200D U+1F467]!'],
    ['bidi controls', 'a\u202Eb', 'a[U+202E]b'],
    ['control characters', 'a\u0007\tb', 'a[U+0007 U+0009]b'],
    ['marks that would cover the lines above', 'q\u0301\u0302\u0303\u0304', '[U+0071 U+0301 U+0302 U+0303 U+0304]'],
    ['a mark on nothing', 'a \u0301', 'a[U+0020 U+0301]'],
    ['a joiner that nobody would see', 'a\u200Db', '[U+0061 U+200D]b'],
    ['a lone surrogate', 'a\uD800b', 'a[U+D800]b'],
    ['a byte order mark', '\uFEFFa', '[U+FEFF]a'],
  ];
  it.each(cases)('is printed as code points: %s', async (_, text, shown) => {
    const { whole } = read(await render(withText(text)));
    expect(bare(whole)).toContain(bare(shown));
    expect(whole).not.toContain('\uFFFD');
  });

  it('is none of Latin, Vietnamese, Greek or Cyrillic, in either normal form', async () => {
    const text = 'Åse Łucja Ngọc Ánh Ελένη ᾳ Борис й ß œ “–” € №';
    for (const sent of [text, text.normalize('NFD')]) {
      const { whole } = read(await render(withText(sent)));
      expect(bare(whole)).toContain(bare(text.normalize('NFC')));
    }
  });

  it('is kept apart from text that only looks like code points', async () => {
    const drawn = await render(withText('[U+202E]'));
    const coded = await render(withText('\u202E'));
    expect(drawn.equals(coded)).toBe(false);
  });
});

describe('long text', () => {
  it('flows over pages, whole, and keeps its line breaks', async () => {
    const text = Array.from({ length: 3_000 }, (_, n) => `line ${n} of a long message about umbrellas`).join('\n');
    const { whole, pages } = read(await render(withText(text)));
    expect(pages.length).toBeGreaterThan(45);
    const found = [...whole.matchAll(/^line (\d+) of a long message about umbrellas$/gm)].map(([, n]) => Number(n));
    expect(found).toEqual(Array.from({ length: 3_000 }, (_, n) => n));
  });

  it('breaks at the edge of its cell, inside the page, when it has no spaces', async () => {
    const word = hex('a').repeat(47);
    const pdf = await render(withText(word));
    expect(bare(read(pdf).whole)).toContain(word);
    const { pieces } = read(pdf);
    for (const { x, size, text } of pieces.flat()) expect(x + text.length * size * 0.3).toBeLessThan(595);
  });
});

describe('nothing is lost', () => {
  it('prints every text and number of a referral that fills every field', async () => {
    const referral = fill(fieldsOf(referralSchema)) as Referral;
    const small = storyOf(SMALL, { referral });
    const input = { ...small, case: { ...small.case, exhibits: [], views: [], phones: {} } };
    const whole = bare(read(await render(input)).whole);
    const lost = leaves(referral).filter((leaf) => !forms(en, leaf).some((form) => whole.includes(bare(form))));
    expect(leaves(referral).length).toBeGreaterThan(500);
    expect(lost).toEqual([]);
  });

  it('prints every text and number that was described of the files of a CyberTipline report', async () => {
    const { attachments, ...referral } = fill(fieldsOf(referralSchema)) as Referral;
    const small = storyOf(SMALL, { referral });
    const exhibits = small.case.exhibits.map((exhibit) => {
      const fileDetails = fill(fieldsOf(fileDetailsSchema)) as FileDetails;
      return { ...exhibit, declared: null, details: { seq: 9, fileDetails } };
    });
    const report = { form: 'cybertipline' as const, id: '1234567890123456' };
    const held = { ...small.case, exhibits, views: [], phones: {}, referral: { ...small.case.referral, report } };
    const input = { ...small, referral, case: held };
    const { pages, whole } = read(await render(input));
    const plain = bare(whole);
    const all = leaves([referral, ...exhibits.map(({ details }) => details.fileDetails)]);
    expect(all.length).toBeGreaterThan(leaves(attachments).length + 500);
    expect(all.filter((leaf) => !forms(en, leaf).some((form) => plain.includes(bare(form))))).toEqual([]);
    expect(pages[0]).toContain('CyberTipline report, numbered 1234567890123456 by this desk');
    expect(whole).not.toContain('not declared in the referral');
  });

  it('prints what differs between the referral and the case manifest', async () => {
    const { referral } = storyOf(SMALL);
    const [first, ...others] = referral.attachments ?? [];
    const attachments = [{ ...first, path: 'another name.jpg', contentType: 'image/unheard-of' }, ...others];
    const input = { ...storyOf(SMALL), referral: { ...referral, attachments } };
    const { whole } = read(await render(input));
    expect(bare(whole)).toContain('anothername.jpg');
    expect(bare(whole)).toContain('image/unheard-of');
  });
});

describe('what is said of looking at files', () => {
  it('never goes beyond the state: each state has its own words, and only two of them say "in full"', () => {
    expect(new Set(VIEWED.map((state) => en.files.viewed[state])).size).toBe(VIEWED.length);
    const whole = VIEWED.filter((state) =>
      /in full/.test(`${en.files.viewed[state]} ${en.files.viewedMeaning[state]}`),
    );
    expect(whole).toEqual(['entered', 'stated']);
    expect(en.files.viewedMeaning.stated).toContain("the submitter's word alone");
  });

  it.each(VIEWED)('shows files that are all %s under that state alone', async (viewed) => {
    const { case: held, ...rest } = storyOf({ ...SMALL, exhibits: 7 });
    const exhibits = held.exhibits.map((each) => ({ ...each, viewed }));
    const { whole } = read(await render({ ...rest, case: { ...held, exhibits } }));
    for (const state of VIEWED) expect(whole).toContain(`${en.files.viewed[state]}\n${state === viewed ? 7 : 0}\n`);
  });
});

(has('qpdf') ? describe : describe.skip)('for other readers (skipped where qpdf is not installed)', () => {
  it('has no fault that qpdf finds', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'summary-'));
    const file = join(folder, 'summary.pdf');
    writeFileSync(file, await render(storyOf(SMALL)));
    const { status } = spawnSync('qpdf', ['--check', file]);
    rmSync(folder, { recursive: true });
    expect(status).toBe(0);
  });
});

(has('pdftotext') ? describe : describe.skip)('for copying out (skipped where pdftotext is not installed)', () => {
  it('gives back exactly the text that was sent', async () => {
    const input = withText('Ngọc Ánh, Ελένη и Борис: fi ffl 1½ Å');
    const { stdout } = spawnSync('pdftotext', ['-raw', '-', '-'], { input: await render(input), encoding: 'utf8' });
    expect(bare(stdout)).toContain(bare('Ngọc Ánh, Ελένη и Борис: fi ffl 1½ Å'));
  });
});

function emptyStory(): StoryInput {
  const story = storyOf({ groups: 0, members: 0, messages: 0, exhibits: 0, days: 0 });
  const { incidentType, incidentDateTime } = story.referral.incidentSummary;
  const referral: Referral = {
    incidentSummary: { incidentType, incidentDateTime },
    reporter: { reportingPerson: { email: [{ value: 'ada@example.org' }] } },
  };
  const held: Case['referral'] = { ...story.case.referral };
  delete held.finishedAt;
  delete held.keepUntil;
  const empty: Case = {
    ...story.case,
    referral: held,
    exhibits: [],
    views: [],
    actors: [],
    gaps: [],
    phones: {},
    files: [],
  };
  return { ...story, referral, case: { ...empty, custody: { entries: 0, head: hex('none'), acts: [] } } };
}
