// Canonical JSON against the package `canonicalize`, and the digests beside it against node:crypto.
import { createHash, createHmac, hkdfSync } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import canonicalize from 'canonicalize';
import fc from 'fast-check';
import { canonical, inLargerPieces, sha256, sha256Hex, sha256OfPieces } from '../../../lib/formats/canonical.ts';
import { digestOf, expanded, extracted, hmacOf } from '../../../lib/formats/digest.ts';
import { refuses } from '../../conformance/check.ts';

/** Those that objects have ways of their own with, and those that sort otherwise than one might think. */
const NAMES = ['10', '9', '01', '-1', '4294967295', '__proto__', 'constructor', 'toJSON', 'ö', '😀', '\ufb33'];

describe('canonical JSON (RFC 8785)', () => {
  it('is what another program writes, of any JSON value', () => {
    const anyText = fc.oneof(fc.string({ unit: 'binary' }), fc.string({ unit: 'grapheme' }), fc.string());
    const { value } = fc.letrec((tie) => ({
      value: fc.oneof(
        { maxDepth: 4 },
        fc.constantFrom(null, true, false, 0, -0, 1e21, 1e-7, 5e-324, Number.MAX_SAFE_INTEGER),
        fc.double({ noNaN: true, noDefaultInfinity: true }),
        anyText,
        fc.array(tie('value'), { maxLength: 4 }),
        fc.dictionary(fc.oneof(anyText, fc.constantFrom(...NAMES)), tie('value'), { maxKeys: 6 }),
      ),
    }));
    fc.assert(
      fc.property(value, (any) => {
        expect(canonical(any)).toBe(canonicalize(any));
      }),
      { numRuns: 2000 },
    );
  });

  it('puts few names and many in one order', () => {
    const names = fc.uniqueArray(fc.string({ unit: 'binary', maxLength: 4 }), { maxLength: 60, size: 'max' });
    fc.assert(
      fc.property(names, (all) => {
        const value = Object.fromEntries(all.map((name) => [name, 0]));
        expect(canonical(value)).toBe(canonicalize(value));
      }),
      { numRuns: 500 },
    );
  });

  it.each([
    ['an order that a number would not have', { 10: 1, 9: 2, a: 3, A: 4 }, '{"10":1,"9":2,"A":4,"a":3}'],
    [
      'the same far inside',
      { b: [{ c: { 10: 1, 9: { b: 1, a: 2 } } }], a: 0 },
      '{"a":0,"b":[{"c":{"10":1,"9":{"a":2,"b":1}}}]}',
    ],
    ['names beyond the basic plane by their halves', { '\ufb33': 1, '😀': 2 }, '{"😀":2,"\ufb33":1}'],
    ['a name that is no member elsewhere', JSON.parse('{"b":2,"__proto__":{"a":1}}'), '{"__proto__":{"a":1},"b":2}'],
    ['what JSON leaves out', { a: undefined, b: [undefined, 1] }, '{"b":[null,1]}'],
    ['half of a surrogate pair', ['\ud800', '\udc00x'], '["\\ud800","\\udc00x"]'],
    ['what must be escaped', '"\\\u0000\u001f\u007f\n/', '"\\"\\\\\\u0000\\u001f\u007f\\n/"'],
    ['minus zero', [-0], '[0]'],
    ['a hole', Array<unknown>(2), '[null,null]'],
    ['a date, which says itself what it is', [new Date(0)], '["1970-01-01T00:00:00.000Z"]'],
  ])('writes %s', (_, value, text) => {
    expect(canonical(value)).toBe(text);
  });

  it.each([[NaN], [[Infinity]], [{ a: -Infinity }], [1n], [undefined], [() => 1]])(
    'refuses what has no form there: %p',
    async (value) => {
      await refuses('internal', (async () => Promise.resolve(canonical(value)))());
    },
  );
});

describe('a text in pieces', () => {
  it.each([[[]], [['']], [['a', '', 'b']], [['ö'.repeat(32_767), '€', 'x']], [Array<string>(100_000).fill('<ü>')]])(
    'is the same in fewer, and has its digest: %#',
    (pieces) => {
      const fewer = [...inLargerPieces(pieces)];
      expect(fewer.join('')).toBe(pieces.join(''));
      expect(fewer.slice(0, -1).filter(({ length }) => length < 32_768)).toEqual([]);
      expect(fewer).not.toContain('');
      expect(sha256OfPieces(pieces)).toBe(createHash('sha256').update(pieces.join('')).digest('hex'));
    },
  );
});

describe('digests of what is at hand', () => {
  const bytes = fc.uint8Array({ maxLength: 300 });

  it('are those of node:crypto', () => {
    fc.assert(
      fc.property(bytes, fc.string({ unit: 'binary' }), (data, text) => {
        const known = createHash('sha256').update(data).digest();
        expect(sha256(data).equals(known)).toBe(true);
        expect(sha256Hex(data)).toBe(known.toString('hex'));
        expect(sha256Hex(text)).toBe(createHash('sha256').update(text).digest('hex'));
        expect(digestOf('sha512', data).equals(createHash('sha512').update(data).digest())).toBe(true);
      }),
    );
  });

  it.each(['sha256', 'sha512'] as const)('make the HMAC and the derived keys of node:crypto: %s', (name) => {
    fc.assert(
      fc.property(bytes, bytes, bytes, fc.integer({ min: 1, max: 200 }), (key, salt, data, sizeBytes) => {
        expect(hmacOf(name, key, data).equals(createHmac(name, key).update(data).digest())).toBe(true);
        const derived = Buffer.from(hkdfSync(name, key, salt, data, sizeBytes));
        expect(expanded(name, extracted(name, key, salt), data, sizeBytes).equals(derived)).toBe(true);
      }),
    );
  });

  it('count a text as its UTF-8', () => {
    expect(
      hmacOf('sha256', Buffer.from('key'), 'ж').equals(hmacOf('sha256', Buffer.from('key'), Buffer.from('ж'))),
    ).toBe(true);
  });
});
