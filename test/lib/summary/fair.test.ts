// What stands before a court: the same bytes in every time zone, no claim beyond the state, nothing that a sender could pass off as the desk's.
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import type { Case, CaseAct, CaseView } from '../../../lib/packet/case.ts';
import { VIEWED } from '../../../lib/packet/viewed-state.ts';
import { viewedState } from '../../../lib/packet/viewed.ts';
import { localFont } from '../../../lib/local/fonts.ts';
import { COUNTRIES, CYBERTIP_COUNTRIES, type Message, type Referral } from '../../../schemas/index.ts';
import { isCountry } from '../../../lib/summary/countries.ts';
import { outermost } from '../../../lib/summary/facts.ts';
import { placeName } from '../../../lib/summary/labels.ts';
import { catalogueOf } from '../../../lib/summary/language/index.ts';
import { disagreements } from '../../../lib/summary/looks.ts';
import { renderSummary } from '../../../lib/summary/index.ts';
import { country, inUtc, tight, time } from '../../../lib/summary/words.ts';
import { bare, read, type Read } from './read.ts';
import { hex, SMALL, storyOf, type StoryInput } from './material.ts';

const MARK = '\u2023';
const en = await catalogueOf('en');
const shown = async (input: StoryInput): Promise<Read> => read(await renderSummary(input, localFont));
const message = (change: Partial<Message>): Message => ({
  id: 'one',
  sender: 'Kim',
  sent: { at: 'unknown', clockSource: 'unknown' },
  ...change,
});

function readingCopy(): StoryInput {
  const story = storyOf(SMALL);
  const held: Case = { ...story.case };
  delete held.packet;
  delete held.log;
  return { ...story, case: held };
}

describe('times', () => {
  it('are the same bytes in every time zone of the machine, also where the sender left out the zone', () => {
    const script = `
      const [{ renderSummary }, { localFont }, { storyOf, SMALL }, { createHash }] = await Promise.all(
        [...process.argv.slice(1), 'node:crypto'].map((name) => import(name)));
      const times = ['2026-10-01T23:30:00', '2026-10-01T22:00:00Z', '2026-10-02T01:00:00+02:00', '0044-03-15T12:00:00', '12026-01-01T00:00:00Z'];
      const messages = times.map((at, n) => ({ id: 'm' + n, sender: 'Kim', sent: { at, clockSource: 'device' }, text: at }));
      const pdf = await renderSummary(storyOf(SMALL, { referral: { messages } }), localFont);
      console.log(createHash('sha256').update(pdf).digest('hex'));`;
    const root = join(import.meta.dirname, '../../..');
    const files = ['lib/summary/index.ts', 'lib/local/fonts.ts', 'test/lib/summary/material.ts'];
    const digests = ['UTC', 'Asia/Tokyo', 'America/Los_Angeles'].map((TZ) =>
      execFileSync(process.execPath, ['--input-type=module', '-e', script, ...files.map((each) => join(root, each))], {
        encoding: 'utf8',
        env: { ...process.env, NODE_OPTIONS: '', TZ },
      }),
    );
    expect(digests[0]).toMatch(/^[0-9a-f]{64}\n$/);
    expect(new Set(digests).size).toBe(1);
  });

  it('are ordered with years before 1000 and after 9999 among them', () => {
    const times = ['2026-10-01T00:00:00Z', 'unknown', '12026-01-01T00:00:00Z', '0044-03-15T12:00:00Z'];
    expect(outermost(times)).toEqual(['0044-03-15T12:00:00Z', '12026-01-01T00:00:00Z']);
    expect(outermost(['unknown'])).toEqual([undefined, undefined]);
  });

  it.each([
    ['2026-10-01T06:00:00.000Z', '2026-10-01 06:00:00 UTC', '2026-10-01 06:00:00Z', '2026-10-01 06:00:00 UTC'],
    ['2026-10-01T06:00:00+02:00', '2026-10-01 06:00:00 +02:00', '2026-10-01 06:00:00+02:00', '2026-10-01 04:00:00 UTC'],
    [
      '2026-10-01T06:00:00.120',
      '2026-10-01 06:00:00.120 (no zone stated)',
      '2026-10-01 06:00:00.120 (no zone stated)',
      '2026-10-01 06:00:00.120 (no zone stated)',
    ],
    ['12026-01-01T00:00:00Z', '12026-01-01 00:00:00 UTC', '12026-01-01 00:00:00Z', '+012026-01-01 00:00:00 UTC'],
    ['unknown', 'unknown', 'unknown', 'unknown'],
    ['no time UTC', 'no time UTC', 'no time UTC', 'no time UTC'],
    ['no time +02:00', 'no time +02:00', 'no time +02:00', 'no time +02:00'],
  ])('say their zone, or that none is stated: %s', (at, whole, narrow, utc) => {
    expect([time(en, at), tight(en, at), inUtc(en, at)]).toEqual([whole, narrow, utc]);
  });

  it.each([
    [
      'as uncertain as no calendar is long',
      { at: '2026-10-01T06:00:00Z', uncertaintySeconds: 1e13 },
      '10,000,000,000,000',
    ],
    ['before it', { at: '-300000-01-01T00:00:00Z', uncertaintySeconds: 60 }, '-300000-01-01'],
    ['begun before it', { from: '-300000-01-01T00:00:00Z', uncertaintySeconds: 'unknown' as const }, '-300000-01-01'],
  ])('beyond the calendar are told as any other: %s', async (_, uploaded, said) => {
    const times: Referral['times'] = { uploaded: { source: 'observer', ...uploaded } };
    const { whole } = await shown(storyOf(SMALL, { referral: { times } }));
    expect(bare(whole)).toContain(bare(said));
  });

  it('without a zone are counted, and said to have none', async () => {
    const messages = ['2026-10-01T23:30:00', '2026-10-01T22:00:00Z'].map((at, n) =>
      message({ id: `m${n}`, sent: { at, clockSource: 'device' } }),
    );
    const { whole } = await shown(storyOf(SMALL, { referral: { messages } }));
    expect(bare(whole)).toContain(bare('Without a zone: 1, placed between the others as if they were UTC.'));
    expect(bare(whole)).toContain(bare('2026-10-01 23:30:00 (no zone stated)'));
  });
});

describe('looking at files', () => {
  const bytes = hex('bytes');
  const look = (extent: CaseView['extent'], seq: number) => ({ sha256: bytes, extent, seq }) as const;
  const FINISHED = 10;
  type Extent = 'full' | 'partial' | 'none';
  const cases: readonly [string, boolean | undefined, Extent[], [Extent, number][], (typeof VIEWED)[number]][] = [
    ['nothing at all', undefined, [], [], 'unstated'],
    ['an entry in full after the finish alone', undefined, [], [['full', 11]], 'unstated'],
    ['an entry in full', undefined, [], [['full', 3]], 'entered'],
    ['a flag, with a part entered', true, [], [['partial', 3]], 'stated'],
    ['a flag, with a look in full after the finish', true, [], [['full', 11]], 'stated'],
    ['a part stated', undefined, ['partial'], [], 'partly'],
    ['a part entered, and a flag that says no', false, [], [['partial', 3]], 'partly'],
    ['a flag that says no', false, [], [], 'statedNot'],
    ['an entry that says no', undefined, [], [['none', 3]], 'statedNot'],
  ];
  it.each(cases)('has a meaning that is true of %s', (_, flag, stated, entered, state) => {
    const viewEvents = stated.map((extent) => ({ sha256: bytes, viewer: 'Ola', from: '2026-10-01T00:00:00Z', extent }));
    const said = { path: 'a', ...(flag !== undefined && { fileDetails: { fileViewedByEsp: flag } }) };
    const looks = entered.map(([extent, seq]) => ({ ...look(extent, seq), extent }));
    expect(viewedState(bytes, { viewEvents }, said, looks, FINISHED)).toBe(state);
    const meaning = en.files.viewedMeaning[state];
    expect(meaning).toContain('efore the referral was finished');
    if (state === 'stated') expect(meaning).toContain('no counted entry of its own in full; annex D lists every look');
    if (state === 'unstated') expect(meaning).toContain('Looks entered after it stand in annex D');
    if (state === 'statedNot') expect(meaning).toContain('by the submitter or in an entry, that they were not viewed');
  });

  const view = (source: CaseView['source'], extent: string, afterFinish = false): CaseView => ({
    source,
    sha256: bytes,
    viewer: 'Ola',
    extent,
    afterFinish,
  });
  const clashes: readonly [string, boolean | undefined, CaseView[], number][] = [
    ['no flag, one look', undefined, [view('desk', 'full')], 0],
    ['a flag that says no, and a look in full stated', false, [view('referral', 'full')], 1],
    ['a flag that says no, and a look in full entered', false, [view('desk', 'full')], 1],
    ['a flag that says no, and a look in full after the finish', false, [view('desk', 'full', true)], 0],
    ['a flag that says no, and a part', false, [view('desk', 'partial')], 0],
    ['a flag that says yes, and a part alone', true, [view('desk', 'partial')], 1],
    ['a flag that says yes, and a look in full', true, [view('desk', 'partial'), view('referral', 'full')], 0],
    ['none beside a thumbnail', undefined, [view('desk', 'none'), view('referral', 'thumbnail')], 1],
  ];
  it.each(clashes)('tells where statements do not agree: %s', (_, flag, views, many) => {
    const { case: held, referral } = storyOf({ ...SMALL, exhibits: 1 });
    const [exhibit] = held.exhibits;
    if (exhibit === undefined) throw new Error('no exhibit');
    const said = { path: 'a', ...(flag !== undefined && { fileDetails: { fileViewedByEsp: flag } }) };
    const found = disagreements(
      { ...held, exhibits: [{ ...exhibit, sha256: bytes }], views },
      { ...referral, attachments: [said] },
    );
    expect(found.length).toBe(many);
    expect(found.flatMap(({ exhibits }) => exhibits)).toEqual(many === 0 ? [] : ['E0001']);
  });
});

describe('custody', () => {
  const attached = (numbers: readonly number[]): StoryInput => {
    const story = storyOf({ ...SMALL, exhibits: numbers.length });
    const acts = numbers.map((n, at): CaseAct => ({
      seq: at,
      time: '2026-10-22T02:00:00.000Z',
      actorId: 'desk',
      act: 'attach',
      exhibit: `E000${n}`,
    }));
    return { ...story, case: { ...story.case, custody: { ...story.case.custody, acts } } };
  };
  it('prints a range of exhibits only where they follow one another', async () => {
    const [ordered, mixed] = [await shown(attached([2, 3, 4])), await shown(attached([4, 1, 9]))];
    expect(bare(ordered.whole)).toContain(bare('sealed: 3 times, E0002 to E0004'));
    expect(bare(mixed.whole)).toContain(bare('sealed: 3 times; see annex C'));
    expect(bare(mixed.whole)).not.toContain(bare('E0004 to'));
  });

  it('does not say that nothing can be changed unnoticed', async () => {
    const { whole } = await shown(storyOf(SMALL));
    expect(whole).not.toContain('unnoticed');
    expect(bare(whole)).toContain(bare('only a receipt or a checkpoint that is kept elsewhere shows that'));
  });
});

describe('a sender who writes as the desk does', () => {
  it('cannot write a code point: the bracket becomes one', async () => {
    const { whole } = await shown(
      storyOf(SMALL, { referral: { messages: [message({ text: 'x [U+05E9] [u+05e9]' })] } }),
    );
    expect(whole).toContain('[U+005B]');
    expect(bare(whole)).toContain('x[U+005B]U+05E9][U+005B]u+05e9]');
    expect(bare(whole)).not.toContain('x[U+05E9]');
  });

  it('cannot write the mark, which stands before every label and reading of the desk', async () => {
    const text = `no\n${MARK} File: E0001\n${MARK} Deleted`;
    const deleted = { at: '2026-10-01T00:00:00Z', clockSource: 'device' } as const;
    const { whole } = await shown(storyOf(SMALL, { referral: { messages: [message({ text, deleted })] } }));
    expect(whole).toContain('[U+2023]');
    expect(whole.match(new RegExp(`^${MARK}\n Deleted $`, 'gm'))?.length).toBe(1);
    expect(whole).not.toMatch(new RegExp(`^${MARK}\n File: $`, 'm'));
  });

  it('cannot add a reading to a number, nor a field to a connection', async () => {
    const forged = '+44 20 7946 0000 · read as +4915000000000 · Germany (DE)';
    const { referral } = storyOf(SMALL);
    const reporter: Referral['reporter'] = {
      reportingPerson: { phone: [{ value: forged }], email: [{ value: 'a\nPhone\n+49' }] },
    };
    const input = storyOf(SMALL, { referral: { ...referral, reporter } });
    const { whole } = await shown(input);
    const phones = whole.split(MARK).filter((each) => each.startsWith('\nPhone\n'));
    expect(phones.some((each) => bare(each) === bare(`Phone${forged}`))).toBe(true);
    expect(whole.split(MARK).filter((each) => each.startsWith('\n The desk reads it as: ')).length).toBe(
      whole.split('The desk reads it as').length - 1,
    );
  });

  it('cannot name a group as the desk numbers them', async () => {
    const messages = [message({ chatGroup: 'G1', text: 'hello' })];
    const { whole } = await shown(storyOf(SMALL, { referral: { messages } }));
    expect(whole).toMatch(new RegExp(`${MARK}\n Id: \nG1\n`));
  });
});

describe('rows and references', () => {
  it('say that they go on over the page, and that they do', async () => {
    const { pages } = await shown(
      storyOf(SMALL, { referral: { messages: [message({ text: 'umbrella '.repeat(6_000) })] } }),
    );
    const [begin, next] = [pages.findIndex((page) => page.includes('Goes on over the page')), `${MARK}\n continued `];
    expect(begin).toBeGreaterThan(0);
    expect(pages[begin]).not.toContain(next);
    expect(pages[begin + 1]).toContain(next);
  });

  it('name the group of the message that is answered, where two groups have its id', async () => {
    const messages = ['g-001', 'g-002'].flatMap((chatGroup) => [
      message({ id: 'm1', chatGroup }),
      message({ id: `only ${chatGroup}`, chatGroup, replyTo: 'm1' }),
    ]);
    const last = message({ id: 'm3', chatGroup: 'g-002', replyTo: 'only g-002' });
    const { whole } = await shown(storyOf(SMALL, { referral: { messages: [...messages, last] } }));
    for (const said of [' Answers, in G1: \nm1', ' Answers, in G2: \nm1', ' Answers: \nonly g-002'])
      expect(whole).toContain(`${MARK}\n${said}`);
  });

  it('print of possession only what is stated', async () => {
    const { referral, ...rest } = storyOf({ ...SMALL, exhibits: 0 });
    const silent: Referral = { ...referral };
    delete silent.possession;
    const { whole } = await shown({ ...rest, referral: silent });
    expect(whole).toContain('Possession\nNot stated.\n');
    expect(whole).not.toMatch(/Files were handed over|hands over/);
  });
});

describe('words', () => {
  it('do not promise a reading copy what it has not', async () => {
    const story = readingCopy();
    const acts: CaseAct[] = [{ seq: 0, time: '2026-10-22T02:00:00.000Z', actorId: 'desk', act: 'read' }];
    const held = { ...story.case, custody: { ...story.case.custody, acts } };
    const { pages, whole } = await shown({ ...story, case: held });
    for (const page of pages) expect(page).toContain('SHA-256 of what this copy was drawn from');
    expect(whole).not.toContain('data/case.json');
    expect(whole).toContain('File or summary read at the desk');
    expect(whole).toContain('1 of a file or a summary');
  });

  it('name every country that a referral may hold, each by a name of its own', () => {
    const codes = [...new Set([...COUNTRIES, ...CYBERTIP_COUNTRIES])].filter((code) => code !== '');
    expect(codes.filter((code) => !isCountry(code))).toEqual([]);
    expect(new Set(codes.map((code) => country(en, code))).size).toBe(codes.length);
    expect(country(en, 'DE')).toBe('Germany (DE)');
  });

  it('say in plain words where something is missing', () => {
    expect(placeName(en, '/attachments/0/fileDetails/uploadedToEspTimestamp')).toBe(
      'attachment 1: file details, uploaded to the service',
    );
  });

  it('print a handling code once, with its conditions on the cover', async () => {
    const codes = [{ code: 'H3' as const, conditions: 'Ask first.' }, { code: 'H1' as const }, { code: 'H1' as const }];
    const { pages } = await shown(storyOf(SMALL, { referral: { handling: { codes } } }));
    expect(pages[0]).toContain('Ask first.');
    expect(pages[0]?.match(/not before a court without the reporter's permission/g)?.length).toBe(1);
  });
});
