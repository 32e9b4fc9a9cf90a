import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { isCode, type Code } from '../../../lib/errors.ts';
import { JSON_LIMITS, parseStrictJson } from '../../../lib/formats/strict-json.ts';

const parse = (text: string | Uint8Array): unknown => parseStrictJson(Buffer.from(text));

function codeOf(text: string | Uint8Array): Code | 'taken' {
  try {
    parse(text);
    return 'taken';
  } catch (error) {
    if (isCode(error, 'internal') || !(error instanceof Error) || !('code' in error)) throw error;
    return error.code as Code;
  }
}

describe('JSON from outside', () => {
  it('reads what JSON.parse reads, whatever it is', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 5 }), fc.integer({ min: 0, max: 4 }), (value, indent) => {
        const text = JSON.stringify(value, undefined, indent);
        fc.pre(!/__proto__|constructor|prototype/.test(text));
        expect(parse(text)).toEqual(JSON.parse(text));
      }),
      { numRuns: 500, seed: 7 },
    );
  });

  it.each<[string, string | Uint8Array, Code]>([
    ['a key given twice', '{"a":1,"a":2}', 'input/duplicate-key'],
    ['a key given twice, once escaped', '{"a":1,"\\u0061":2}', 'input/duplicate-key'],
    ['a key given twice far below', '{"x":[{"y":{"a":1, "b":[], "a" : 2}}]}', 'input/duplicate-key'],
    ['__proto__', '{"__proto__":{"x":1}}', 'input/forbidden-key'],
    ['__proto__ escaped', '{"\\u005f_proto__":1}', 'input/forbidden-key'],
    ['constructor', '[{"constructor":1}]', 'input/forbidden-key'],
    ['half a surrogate pair', '{"a":"\\ud800"}', 'input/not-unicode'],
    ['half a surrogate pair in a key', '{"\\udc00":1}', 'input/not-unicode'],
    ['bytes that are no UTF-8', Uint8Array.of(0x22, 0xff, 0x22), 'input/not-unicode'],
    ['nothing', '', 'input/malformed'],
    ['a comma too many', '[1,]', 'input/malformed'],
    ['text after the end', '{} {}', 'input/malformed'],
    ['65 levels', '['.repeat(65) + ']'.repeat(65), 'input/too-deep'],
    ['10,000 levels', '['.repeat(10_000) + ']'.repeat(10_000), 'input/too-deep'],
    ['more values than any referral holds', `[${'1,'.repeat(JSON_LIMITS.values + 1)}1]`, 'input/too-large'],
    ['more bytes than allowed', ' '.repeat(JSON_LIMITS.sizeBytes + 1), 'input/too-large'],
  ])('refuses %s', (_title, text, code) => {
    expect(codeOf(text)).toBe(code);
  });

  it.each([
    ['the same key in two objects', '[{"a":1},{"a":2}]'],
    ['a key that is also a value', '{"a":"a","b":"a"}'],
    ['quotes, colons and braces inside texts', '{"a\\"":"\\\\","b":"{\\"a\\": [,:]}","\\\\":1}'],
    ['a whole surrogate pair, escaped', '{"a":"\\ud83d\\ude00"}'],
    ['64 levels', '['.repeat(64) + ']'.repeat(64)],
  ])('takes %s', (_title, text) => {
    expect(parse(text)).toEqual(JSON.parse(text));
  });

  it('refuses a text cut off at any byte', () => {
    const text = Buffer.from('{"a":[1,{"b":"\\u00e9é"}],"c":null}');
    for (let size = 0; size < text.length; size++) expect(codeOf(text.subarray(0, size))).not.toBe('taken');
  });
});
