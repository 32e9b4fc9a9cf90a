// The words of the API: each request in its smallest and fullest form, and what is refused.
import { describe, expect, it } from '@jest/globals';
import type * as z from 'zod';
import * as words from '../../schemas/index.ts';
import { SHA_A } from './fixtures.ts';

const ID = '019ab0c4-7a1c-7d21-8f7e-1f4c5a6b7c8d';
const view = { viewer: 'Noa Example', from: '2026-11-20T10:00:00Z', to: '2026-11-20T10:05:00+00:00', extent: 'full' };
const law = { reason: 'Order of the court', legalBasis: 'Example Act, section 1' };

const GOOD: readonly [string, z.ZodType, readonly object[]][] = [
  [
    'view',
    words.viewRequest,
    [
      { ...view, sha256: SHA_A },
      { ...view, sha256: SHA_A, attachment: ID },
    ],
  ],
  ['hold', words.holdRequest, [law, { ...law, until: '2027-01-01T00:00:00Z' }]],
  ['destruction', words.destructionRequest, [law]],
  ['retraction', words.retractRequest, [{}, { reason: 'Sent twice' }]],
  ['packet', words.packetRequest, [{ agency: 'de-bka', purpose: 'Inquiry', legalBasis: 'Example Act' }]],
  [
    'acknowledgement',
    words.acknowledgementRequest,
    [
      { answer: 'received' },
      { answer: 'triaged', caseNumber: '0042', note: 'ok' },
      { answer: 'outcome', reason: 'inquiryOpened', caseNumber: '0042', note: 'ok', signature: 'AAAA' },
    ],
  ],
  ['link', words.linkRequest, [{ hours: 1 }, { hours: 720 }]],
  [
    'actor',
    words.actorRequest,
    [
      { role: 'reporter', name: 'Kim', organisation: ID },
      { role: 'investigator', name: 'Noa', agency: 'de-bka' },
      { role: 'auditor', name: 'Noa', signIn: { issuer: 'https://id.example/a', subject: 'noa' } },
    ],
  ],
  [
    'agency',
    words.agencyRequest,
    [
      { id: 'europol', name: 'Europol' },
      { id: 'de-bka', name: 'BKA', country: 'DE' },
      { id: 'de-bka', name: 'BKA', signingKey: Buffer.alloc(32, 7).toString('base64') },
    ],
  ],
  [
    'problem',
    words.problemDocument,
    [
      {
        type: 'about:blank',
        title: 'Not found',
        status: 404,
        code: 'not-found',
        detail: 'No such referral.',
        todo: 'Look.',
      },
      {
        ...{
          type: 'about:blank',
          title: 'Refused',
          status: 422,
          code: 'invalid',
          detail: 'See findings.',
          path: '/a',
          todo: 'Fix.',
        },
        findings: [
          { code: 'max-length', path: '/a', message: 'Shorten this.' },
          { code: 'unknown-field', path: '/b', message: 'Take it out.' },
        ],
      },
    ],
  ],
];

describe('the words of the API', () => {
  it.each(GOOD)('take a %s', (_name, schema, bodies) => {
    for (const body of bodies) expect(schema.safeParse(body)).toEqual({ success: true, data: body });
  });

  it.each(GOOD)('refuse an unknown key in a %s', (_name, schema, bodies) => {
    for (const body of bodies) expect(schema.safeParse({ ...body, noSuchField: 1 }).success).toBe(false);
  });

  it('let a link be used for three days where nothing is said', () => {
    expect(words.linkRequest.parse({})).toEqual({ hours: 72 });
  });

  it.each<[string, z.ZodType, object]>([
    ['a view of nothing', words.viewRequest, view],
    ['a view that ends before it begins', words.viewRequest, { ...view, sha256: SHA_A, to: '2026-11-20T09:00:00Z' }],
    ['a view without a zone', words.viewRequest, { ...view, sha256: SHA_A, to: '2026-11-20T11:00:00' }],
    ['a view without its extent', words.viewRequest, { ...view, sha256: SHA_A, extent: undefined }],
    ['a hold without a legal basis', words.holdRequest, { reason: 'because' }],
    ['a hold for a blank reason', words.holdRequest, { ...law, reason: ' ' }],
    ['an agency with a path for an id', words.agencyRequest, { id: '../x', name: 'X' }],
    ['an agency whose key is too short', words.agencyRequest, { id: 'xx', name: 'X', signingKey: 'AAAA' }],
    ['a packet for no purpose', words.packetRequest, { agency: 'de-bka', purpose: ' \n', legalBasis: 'Act' }],
    ['a packet on no legal basis', words.packetRequest, { agency: 'de-bka', purpose: 'Inquiry' }],
    ['an outcome without a reason', words.acknowledgementRequest, { answer: 'outcome' }],
    ['a reason without an outcome', words.acknowledgementRequest, { answer: 'triaged', reason: 'arrest' }],
    ['a reason that is none of the list', words.acknowledgementRequest, { answer: 'outcome', reason: 'bored' }],
    ['an answer that is none of the list', words.acknowledgementRequest, { answer: 'opened' }],
    ['a link for no time', words.linkRequest, { hours: 0 }],
    ['a link for more than thirty days', words.linkRequest, { hours: 721 }],
    ['a link for a part of an hour', words.linkRequest, { hours: 1.5 }],
    ['an actor whose organisation is no id', words.actorRequest, { role: 'reporter', name: 'Kim', organisation: 'X' }],
    ['an actor of no role', words.actorRequest, { role: 'admin', name: 'Kim' }],
    [
      'a person of no issuer',
      words.actorRequest,
      { role: 'auditor', name: 'Kim', signIn: { issuer: 'id.example', subject: 'kim' } },
    ],
    [
      'a person of no name',
      words.actorRequest,
      { role: 'auditor', name: 'Kim', signIn: { issuer: 'https://id.example' } },
    ],
    [
      'a problem that is a success',
      words.problemDocument,
      { type: 'a', title: 'b', status: 200, code: 'c', detail: 'd' },
    ],
  ])('refuse %s', (_title, schema, body) => {
    expect(schema.safeParse(body).success).toBe(false);
  });
});
