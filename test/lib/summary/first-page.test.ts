// The first page in each language as golden data: what a reader copies out of it, piece by piece.
import { expect, it } from '@jest/globals';
import { localFont } from '../../../lib/local/fonts.ts';
import { renderSummary } from '../../../lib/summary/index.ts';
import { LANGUAGES } from '../../../schemas/index.ts';
import { SMALL, storyOf } from './material.ts';
import { read } from './read.ts';

it.each(LANGUAGES)('the first page in %s says this', async (language) => {
  const { case: held, ...story } = storyOf(SMALL);
  if (held.packet === undefined) throw new Error('The story has a packet.');
  const packet = { ...held.packet, terms: { ...held.packet.terms, language } };
  const { pages } = read(await renderSummary({ ...story, case: { ...held, packet } }, localFont));
  expect(pages[0]).not.toContain('\uFFFD');
  expect(pages[0]).toMatchSnapshot();
});
