// The PDF as a document: what it declares, its structure, its outline, what lies in it; and what other programs say of that.
import { describe, expect, it } from '@jest/globals';
import { localFont } from '../../../lib/local/fonts.ts';
import { renderSummary } from '../../../lib/summary/index.ts';
import { bare, contentOf, objectsOf, pagesOf, read } from './read.ts';
import { SMALL, storyOf } from './material.ts';
import { nodesOf, structureOf, type Node } from './tree.ts';

const HOLDS_TEXT = ['H1', 'H2', 'P', 'Lbl', 'LBody', 'TH', 'TD', 'Figure'];
const story = storyOf({ ...SMALL, members: 120, messages: 60 });
const pdf = await renderSummary(story, localFont);
const tree = structureOf(pdf);
const all = [...nodesOf(tree)];
const of = (kind: string): Node[] => all.filter((node) => node.kind === kind);

describe('the structure', () => {
  it('is one document of sections, each with its heading', () => {
    expect(tree.kind).toBe('Document');
    expect(new Set(tree.kids.map(({ kind }) => kind))).toEqual(new Set(['Sect']));
    for (const { kids } of tree.kids) expect(kids.filter(({ kind }) => kind === 'H1').length).toBe(1);
    expect(of('H1').map(({ text }) => text)).toEqual(
      expect.arrayContaining(['What happened', 'Custody', 'Annex B: every message']),
    );
  });

  it('holds all text in elements that are meant for text, and nothing in the others', () => {
    for (const { kind, text } of all) if (text.trim() !== '') expect(HOLDS_TEXT).toContain(kind);
    expect(all.map(({ text }) => text).join('')).not.toMatch(/\uFFFF/);
  });

  it('leaves out what runs along head and foot, and the marks in the margin', () => {
    const said = all.map(({ text }) => text).join('\n');
    expect(said).not.toContain('Page 1 of');
    expect(said).not.toMatch(/^\u2023$/m);
    expect(said).not.toContain('Goes on over the page');
  });

  it('holds all else that is drawn', () => {
    const drawn = read(pdf).pages.join('').length;
    expect(all.map(({ text }) => text).join('').length).toBeGreaterThan(drawn * 0.75);
  });

  it('has as many cells in each row as in the first, heads with a scope, and a table whole where it goes over pages', () => {
    for (const { kids } of of('Table')) expect(new Set(kids.map((row) => row.kids.length)).size).toBe(1);
    for (const { body } of of('TH')) expect(body).toMatch(/\/Scope\/(Column|Row)/);
    const messages = of('Table').find(({ kids }) => kids[0]?.kids.some(({ text }) => text === 'Sender'));
    expect(messages?.kids.length).toBe(1 + (story.referral.messages ?? []).length);
    expect(new Set(messages?.kids.map(({ kids }) => kids[0]?.body.match(/\/Pg +(\d+)/)?.[1])).size).toBeGreaterThan(1);
  });

  it('keeps a message whole that goes over pages, without what is said of going on', async () => {
    const text = Array.from({ length: 200 }, (_, n) => `umbrella ${n}`).join('\n');
    const message = { id: 'one', sender: 'Kim', sent: { at: 'unknown', clockSource: 'unknown' as const }, text };
    const long = structureOf(await renderSummary(storyOf(SMALL, { referral: { messages: [message] } }), localFont));
    const cell = [...nodesOf(long)].filter(({ kind, text: held }) => kind === 'TD' && held.includes('umbrella 0'));
    expect(cell.map(({ text: held }) => bare(held))).toEqual([bare(text)]);
  });

  it('tells the five times in words where it shows them as bars, and calls unknown what nobody stated', () => {
    const [figure, ...others] = of('Figure');
    expect(others).toEqual([]);
    const [, hex = ''] = /\/Alt <FEFF(\w+)>/.exec(figure?.body ?? '') ?? [];
    const alt = Buffer.from(hex, 'hex').swap16().toString('utf16le');
    expect(alt).toContain('Occurred: 2026-10-01 06:00:00 UTC to 2026-10-20 16:40:00 UTC; May be off by: 60 seconds.');
    expect(alt).toContain('Viewed: not stated.');
    expect(alt).toContain('Reported: 2026-10-22 02:00:00 UTC; May be off by: unknown.');
    expect(figure?.text).toContain('not stated');
    expect(figure?.text).toContain('?');
  });

  it('calls steps a list', () => {
    const steps = of('L')
      .at(-1)
      ?.kids.map(({ kids }) => kids.map(({ kind }) => kind));
    expect(steps).toEqual([
      ['Lbl', 'LBody'],
      ['Lbl', 'LBody'],
      ['Lbl', 'LBody'],
      ['Lbl', 'LBody'],
    ]);
  });
});

/** Operators that open and close something, as they come; the first that closes what is not open last is an error. */
function openAtEnd(content: string): string[] {
  const open: string[] = [];
  for (const line of content.split('\n')) {
    const operator = /(?:^| )(BT|ET|BDC|BMC|EMC|S|f)$/.exec(line)?.[1] ?? '';
    if (operator === 'BT' || operator === 'BDC' || operator === 'BMC') open.push(operator === 'BT' ? 'ET' : 'EMC');
    else if (operator === 'ET' || operator === 'EMC') expect(open.pop()).toBe(operator);
    else if (operator !== '') expect(open).not.toContain('ET');
  }
  return open;
}

/** Where text stands and where rules do, from the foot of the page. */
function heightsOf(content: string): { readonly text: readonly number[]; readonly rules: readonly number[] } {
  const [text, rules]: [number[], number[]] = [[], []];
  let y = 0;
  for (const line of content.split('\n')) {
    if (line === 'BT') y = 0;
    else if (line.endsWith(' Td')) text.push((y += Number(line.split(' ')[1])));
    else if (/^57 .* m 538\.28 .* l$/.test(line)) rules.push(Number(line.split(' ')[1]));
  }
  return { text, rules };
}

describe('the pages', () => {
  it('have every rule beneath a line of their own, but those that run along head and foot', () => {
    const objects = objectsOf(pdf);
    const [, ...pages] = pagesOf(objects).map(([, page]) => heightsOf(contentOf(objects, page)));
    expect(pages.reduce((sum, { rules }) => sum + rules.length, 0)).toBeGreaterThan(200);
    for (const { text, rules } of pages)
      for (const rule of rules.filter((y) => y > 60 && y < 780))
        expect([rule, text.some((y) => y > rule && y < rule + 9)]).toEqual([rule, true]);
  });

  it('have text objects and marked content whole within one another, and no line or area within text', () => {
    const objects = objectsOf(pdf);
    for (const [, page] of pagesOf(objects)) expect(openAtEnd(contentOf(objects, page))).toEqual([]);
  });

  it('share what runs along them, and take fewer bytes for their structure than for their text', () => {
    const objects = objectsOf(pdf);
    const first = pagesOf(objects).map(([, page]) => /\/Contents \[(\d+)/.exec(page)?.[1]);
    expect(new Set(first).size).toBe(1);
    const sizes = [...objects.values()].map((body) => [body.includes('/Type /ObjStm'), body.length] as const);
    const packed = sizes.reduce((sum, [isPack, length]) => sum + (isPack ? length : 0), 0);
    expect(packed).toBeLessThan(pdf.length / 4);
  });
});

describe('what the file declares', () => {
  it('has an outline of two ranks, each entry with a page of the file, and counts what is closed', () => {
    const all = [...objectsOf(pdf).values()];
    const entries = all.filter((body) => body.includes('/Dest ['));
    const withMore = entries.filter((body) => body.includes('/First '));
    expect(entries.length).toBeGreaterThan(of('H1').length);
    expect(withMore.length).toBeGreaterThan(0);
    for (const body of withMore) expect(body).toMatch(/\/Count -[1-9]/);
    const pages = new Set(pagesOf(objectsOf(pdf)).map(([id]) => id));
    for (const body of entries) expect(pages.has(/\/Dest \[(\d+) 0 R/.exec(body)?.[1] ?? '')).toBe(true);
  });

  const objects = objectsOf(pdf);
  const catalog = [...objects.values()].find((body) => body.includes('/Type /Catalog')) ?? '';
  it('is PDF/A-3a, tagged, with its colours named', () => {
    const text = pdf.toString('utf8');
    expect(text).toContain('<pdfaid:part>3</pdfaid:part>');
    expect(text).toContain('<pdfaid:conformance>A</pdfaid:conformance>');
    expect(text).toContain('<xmp:ModifyDate>2026-10-22T18:40:00Z</xmp:ModifyDate>');
    expect(catalog).toContain('/MarkInfo <</Marked true>>');
    expect(catalog).toMatch(/\/OutputIntents \[\d+ 0 R\]/);
  });
});
