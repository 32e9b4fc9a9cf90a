// The door's table of codes: every error of the desk has a place in it, and what is said of it is enough and never too much.
import { describe, expect, it } from '@jest/globals';
import type { Caller } from '../../lib/access.ts';
import type { Desk } from '../../lib/desk.ts';
import { CODES, DeskError, type Code, type Finding } from '../../lib/errors.ts';
import { ENDPOINTS, PHRASES, VERDICTS, verdictOf, type Endpoint } from '../../lib/http/ispws/codes.ts';
import { createApi } from '../../lib/http/index.ts';
import { SETTINGS } from '../../lib/core.ts';
import { askApi, basic, codes, field, file, form, FORM, URLENCODED, XML, type Told } from './http-ispws-door.ts';

const CALLER: Caller = { actorId: 'a', role: 'reporter', organisation: 'o', isHouse: false };
const ALL = Object.keys(CODES) as Code[];

interface Failed {
  readonly told: Told;
  readonly faults: readonly [unknown, string][];
}

/** What a desk whose verbs all fail with `error` answers at `endpoint`. */
async function askFailing(error: unknown, endpoint: Endpoint): Promise<Failed> {
  const fail = async (): Promise<never> => {
    await Promise.resolve();
    throw error;
  };
  const verbs: Partial<Desk> = {
    settings: SETTINGS,
    authenticate: () => Promise.resolve(CALLER),
    submitReport: fail,
    uploadFile: fail,
    describeFile: fail,
    finishReport: fail,
    retractReport: fail,
  };
  const faults: [unknown, string][] = [];
  const api = createApi(verbs as Desk, { onFault: (...fault) => void faults.push(fault) });
  const asked = {
    submit: { headers: XML, body: '<report/>' },
    fileinfo: { headers: XML, body: '<fileDetails/>' },
    upload: { headers: FORM, body: form([field('id', '1'), file('abc')]) },
    finish: { headers: FORM, body: form([field('id', '1')]) },
    retract: { headers: URLENCODED, body: 'id=1' },
  }[endpoint as 'submit'];
  const told = await askApi(api, basic('a', 'b'), 'POST', `/${endpoint}`, asked);
  return { told, faults };
}

function descriptionOf({ answer }: Told): string {
  return answer?.root === 'reportResponse' ? answer.description : '';
}

const POSTS = ENDPOINTS.filter((endpoint) => !['status', 'xsd'].includes(endpoint));

describe('the table of codes', () => {
  it('has every code of the desk, and none beside', () => {
    expect(Object.keys(VERDICTS).sort()).toEqual([...ALL].sort());
  });

  it.each(ALL)('answers %s with a status that is no success and a code that is none, everywhere', async (code) => {
    for (const endpoint of POSTS) {
      const expected = verdictOf(code, endpoint);
      const { told } = await askFailing(new DeskError(code, 'What to do.'), endpoint);
      expect(expected.status).toBeGreaterThanOrEqual(400);
      expect(codes(told)).toEqual([expected.status, expected.code]);
      expect(told.answer?.root).toBe('reportResponse');
      expect(descriptionOf(told)).toMatch(new RegExp(`^${PHRASES[expected.code]}`));
    }
  });

  it('blames the desk for what is the desk’s, and the sender for what is his', () => {
    expect(ALL.filter((code) => VERDICTS[code].status >= 500 !== CODES[code] >= 500)).toEqual([]);
  });

  it.each<[Code, Endpoint, number, number]>([
    ['input/malformed', 'submit', 400, 4110],
    ['input/malformed', 'fileinfo', 400, 4110],
    ['input/malformed', 'upload', 400, 4200],
    ['input/malformed', 'finish', 400, 4000],
    ['input/invalid', 'submit', 400, 4100],
    ['input/invalid', 'upload', 400, 4000],
    ['input/rule', 'submit', 400, 4100],
    ['input/rule', 'finish', 400, 4100],
    ['access/denied', 'submit', 403, 3100],
    ['access/denied', 'finish', 403, 3000],
    ['absent/report', 'retract', 404, 5001],
    ['absent/file', 'fileinfo', 404, 5002],
    ['state/retracted', 'retract', 400, 5101],
    ['state/already-finished', 'retract', 400, 5102],
    ['state/described', 'fileinfo', 400, 4100],
    ['attachment/cut-off', 'upload', 400, 4200],
    ['vault/full', 'upload', 507, 1111],
    ['vault/full', 'submit', 507, 1100],
    ['vault/failed', 'upload', 500, 1000],
  ])('answers %s at /%s with %d and %d', async (code, endpoint, status, responseCode) => {
    const { told } = await askFailing(new DeskError(code, 'What to do.'), endpoint);
    expect(codes(told)).toEqual([status, responseCode]);
  });
});

describe('what is said', () => {
  it.each([
    ['a foreign error', new TypeError('secret: Ada Example')],
    ['no error at all', 'secret'],
    ['one of the desk', new DeskError('vault/failed', 'secret', { cause: 'secret' })],
    ['a full disk', new DeskError('vault/full', 'secret')],
  ])('is nothing where the desk failed with %s, and its operator hears of it', async (_name, error) => {
    for (const endpoint of POSTS) {
      const { told, faults } = await askFailing(error, endpoint);
      expect(told.status).toBeGreaterThanOrEqual(500);
      expect(told.text).not.toMatch(/secret|Ada|TypeError|\.ts/);
      expect(faults).toEqual([[error, told.headers.get('request-id')]]);
    }
  });

  it('is to come again where too much came at once', async () => {
    const { told } = await askFailing(new DeskError('state/contended', 'Try again.'), 'upload');
    expect([...codes(told), told.headers.get('retry-after')]).toEqual([503, 1000, '1']);
  });

  const finding: Finding = { code: 'max-length', line: 12, path: '/report/additionalInfo', message: 'Shorten it.' };
  const ofAnswer = async (code: Code, findings: readonly Finding[]): Promise<string> => {
    const { told } = await askFailing(new DeskError(code, 'Look.', { findings }), 'submit');
    return descriptionOf(told);
  };

  it('names layer, line, path and reason of each finding', async () => {
    expect(await ofAnswer('input/rule', [finding])).toBe(
      'Validation failed Rule max-length: line 12, /report/additionalInfo: Shorten it.',
    );
    const other = { ...finding, code: 'wrong-form', path: '/report/reporter/reportingPerson/email[1]' };
    expect(await ofAnswer('input/invalid', [other, finding])).toBe(
      'Validation failed Schema: line 12, /report/reporter/reportingPerson/email[1]: wrong-form. Shorten it. ' +
        'Schema: line 12, /report/additionalInfo: max-length. Shorten it.',
    );
    const bare = { code: 'not-well-formed', line: 3, path: '', message: 'Close it.' };
    expect(await ofAnswer('input/malformed', [bare])).toBe(
      'Malformed XML submittal XML: line 3: not-well-formed. Close it.',
    );
  });

  it('has an end, however much there is to say', async () => {
    const many = Array.from({ length: 100 }, () => finding);
    expect(await ofAnswer('input/rule', many)).toMatch(
      /^(?:(?!and).)*( Rule max-length: [^:]*: Shorten it\.){20} and 80 more$/,
    );
    const long = Array.from({ length: 20 }, () => ({ ...finding, path: `/report${'/x'.repeat(3000)}` }));
    expect((await ofAnswer('input/rule', long)).length).toBeLessThanOrEqual(8000);
  });
});
