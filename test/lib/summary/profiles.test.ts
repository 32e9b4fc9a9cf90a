// Profiles of the PDF: another order for each, nothing silently absent, every field there but for what the cover names; in every language.
import { beforeAll, describe, expect, it } from '@jest/globals';
import type { PacketTerms } from '../../../lib/packet/terms.ts';
import { OMISSIONS, profileOf, SECTIONS, type Profile, type SectionName } from '../../../lib/profile/index.ts';
import { general } from '../../../lib/profile/general.ts';
import { localFont } from '../../../lib/local/fonts.ts';
import { catalogueOf } from '../../../lib/summary/language/index.ts';
import { renderSummary } from '../../../lib/summary/index.ts';
import { LANGUAGES, PROFILES, referralSchema, type ProfileName, type Referral } from '../../../schemas/index.ts';
import { fieldsOf } from '../../../schemas/tree.ts';
import { fill, forms, leaves } from './filled.ts';
import { SMALL, storyOf, type StoryInput } from './material.ts';
import { bare, read, type Read } from './read.ts';

const en = await catalogueOf('en');

async function shown(input: StoryInput, terms: Partial<PacketTerms>): Promise<Read> {
  const { packet } = input.case;
  if (packet === undefined) throw new Error('no packet');
  const held = { ...input.case, packet: { ...packet, terms: { ...packet.terms, ...terms } } };
  return read(await renderSummary({ ...input, case: held }, localFont));
}

/** The titles of sections in the order in which they begin: the desk's mark stands before each, and before none in the contents. */
function orderOf({ whole }: Read): string[] {
  const titles = new Set(Object.values(en.sections));
  const lines = whole.split('\n');
  return lines.filter((line, at) => titles.has(line) && lines[at - 1] === '\u2023');
}

describe.each(PROFILES)('the profile %s', (name) => {
  const profile = profileOf(name);
  it('has every section once, but for what it says that it leaves out', () => {
    const wanting = SECTIONS.filter((each) => !profile.sections.includes(each));
    expect(new Set(profile.sections).size).toBe(profile.sections.length);
    expect(wanting).toEqual(profile.leftOut.filter((each) => each === 'missing'));
    expect(profile.digests).toContain('sha256');
    expect(profile.sections.at(-1)).toBe('rest');
  });

  it('draws them in its order, with handling codes on every page, and says on the cover what is not there', async () => {
    const told = await shown(storyOf(SMALL), { profile: name });
    expect(orderOf(told)).toEqual(
      profile.sections.filter((each) => each !== 'leftOut').map((each) => en.sections[each]),
    );
    for (const page of told.pages) expect(page).toContain('Handling H1 H3');
    const [cover = ''] = told.pages;
    for (const each of OMISSIONS)
      expect(bare(cover).includes(bare(en.cover.omissions[each]))).toBe(profile.leftOut.includes(each));
    expect(bare(cover)).toContain(bare(en.cover.profiles[name]));
  });
});

describe('every non-empty field of a referral', () => {
  const referral = fill(fieldsOf(referralSchema)) as Referral;
  const small = storyOf(SMALL, { referral });
  const input = { ...small, case: { ...small.case, exhibits: [], views: [], phones: {} } };

  it.each(PROFILES)('stands in the PDF for %s, but for what is named as left out', async (profile) => {
    const whole = bare((await shown(input, { profile })).whole);
    const { sourceEvaluation, informationEvaluation } = referral.handling ?? {};
    const left = {
      priority: [referral.incidentSummary.escalateToHighPriority],
      evaluation: [
        `${sourceEvaluation ?? ''}: ${en.handling.sources.A}`,
        `${informationEvaluation ?? ''}: ${en.handling.informations[1]}`,
      ],
      missing: [],
    };
    const { leftOut } = profileOf(profile);
    const gone = new Set<unknown>(leftOut.flatMap((each) => left[each]));
    const lost = leaves(referral).filter((leaf) => !forms(en, leaf).some((form) => whole.includes(bare(form))));
    expect(lost.filter((leaf) => !gone.has(leaf))).toEqual([]);
    for (const text of gone) expect(whole).not.toContain(bare(String(text)));
  });

  it.each(LANGUAGES)('stands in the PDF in %s', async (language) => {
    const words = await catalogueOf(language);
    const whole = bare((await shown(input, { language })).whole);
    /** In one piece, or where a page turns in its middle, its words. */
    const isThere = (form: string): boolean =>
      whole.includes(bare(form)) || form.split(/\s+/).every((piece) => whole.includes(piece));
    expect(leaves(referral).filter((leaf) => !forms(words, leaf).some(isThere))).toEqual([]);
  });
});

describe('europol', () => {
  let told: Read;
  beforeAll(async () => {
    told = await shown(storyOf(SMALL), { profile: 'europol' });
  });
  it('puts what may be done on the cover twice, and the countries of all groups before the groups', () => {
    expect(told.pages[0]?.split('H3: as the conditions say').length).toBe(3);
    const plain = told.whole.indexOf(en.groups.overall);
    expect(plain).toBeGreaterThan(0);
    expect(plain).toBeLessThan(told.whole.indexOf(en.groups.byName));
  });
});

describe('a profile of one more agency', () => {
  it('is one object: another order of the same sections', () => {
    const sections: SectionName[] = [...SECTIONS].reverse();
    const toy: Profile = { ...general, name: 'general' satisfies ProfileName, sections };
    expect(toy.sections[0]).toBe('rest');
  });
});
