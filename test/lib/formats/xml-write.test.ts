// XML to outside: whatever is written is read again as the same text.
import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { readXml, writeXml } from '../../../lib/formats/xml/index.ts';

const write = (text: string): string =>
  writeXml({ name: 'a', attributes: [{ name: 'b', value: text }], children: text === '' ? [] : [text] });

describe('a written document', () => {
  it('has a declaration, no white space of its own, and short empty elements', () => {
    const child = { name: 'c', attributes: [], children: [] };
    expect(writeXml({ name: 'a', attributes: [{ name: 'b', value: '1' }], children: [child, 'x', child] })).toBe(
      '<?xml version="1.0" encoding="UTF-8" standalone="yes"?><a b="1"><c/>x<c/></a>',
    );
  });

  it('escapes what a reader would take for markup or normalise', () => {
    expect(write('<>&"\'\t\n\r]]>')).toContain(
      '<a b="&lt;&gt;&amp;&quot;\'&#9;&#10;&#13;]]&gt;">&lt;&gt;&amp;"\'\t\n&#13;]]&gt;</a>',
    );
  });

  it('writes U+FFFD for what XML cannot carry', () => {
    for (const character of ['\0', '\u0001', '\u000b', '\u001f', '\ufffe', '\uffff', '\ud800', '\udc00'])
      expect(write(character)).toContain('<a b="\ufffd">\ufffd</a>');
    for (const character of ['\u007f', '\u0085', '\ud7ff', '\ue000', '\ufffd', '\u{10000}', '\u{10ffff}'])
      expect(write(character)).toContain(`<a b="${character}">${character}</a>`);
  });

  it('reads back to the same text', async () => {
    const unit = fc.oneof(
      fc.constantFrom('<', '&', '\r', '\r\n', '\t', ']]>', '\ufeff', '\u0085', '"'),
      fc.string({ unit: 'binary', maxLength: 3 }),
    );
    const text = fc.array(unit, { maxLength: 12 }).map((parts) => parts.join(''));
    await fc.assert(
      fc.asyncProperty(text, async (given) => {
        const kept = given.replace(/[\0-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '\ufffd');
        const read = await readXml(new TextEncoder().encode(write(given)));
        expect(read.attributes[0]?.value).toBe(kept);
        expect(read.children).toEqual(kept === '' ? [] : [kept]);
      }),
      { seed: 20261122, numRuns: 1000 },
    );
  });
});
