// What a lambda is told by its variables: read at once, or refused with the name of everything that is wrong.
import { describe, expect, it } from '@jest/globals';
import { readEnvironment } from '../../../lib/aws/environment.ts';
import { SETTINGS } from '../../../lib/core.ts';
import { DeskError } from '../../../lib/errors.ts';
import { makeAuthority } from '../stamp-authority.ts';

const WHOLE = {
  DESK_NAME: 'desk',
  EVIDENCE_BUCKET: 'evidence',
  BOOK_TABLE: 'book',
  SECRETS_TABLE: 'secrets',
  DATA_KEY_ID: 'data',
  STORAGE_KEY_ID: 'storage',
  LOOKUP_KEY_ID: 'lookup',
  RECEIPTS_KEY_ID: 'receipts',
  PACKETS_KEY_ID: 'packets',
  LOG_KEY_ID: 'log',
};

function wrongIn(variables: Readonly<Record<string, string>>): string[] {
  try {
    readEnvironment(variables);
    return [];
  } catch (error) {
    expect(error).toBeInstanceOf(DeskError);
    const { message, findings } = error as DeskError;
    for (const value of Object.values(variables)) if (value.length > 9) expect(message).not.toContain(value);
    return findings.map(({ path }) => path);
  }
}

describe('the environment of a lambda', () => {
  it('is the parts of the stack and the periods of the desk', () => {
    const { parts, settings, ncmec } = readEnvironment({ ...WHOLE, DESK_SETTINGS: '{"lockDays":1}' });
    expect(parts).toMatchObject({ desk: 'desk', bookTable: 'book', lockMode: 'COMPLIANCE', firstKeys: { log: 'log' } });
    expect(settings).toEqual({ ...SETTINGS, lockDays: 1 });
    expect(ncmec).toBeUndefined();
    expect(readEnvironment({ ...WHOLE, LOCK_MODE: 'GOVERNANCE' }).parts.lockMode).toBe('GOVERNANCE');
  });

  it('names each variable that is missing, all at once', () => {
    expect(wrongIn({})).toEqual(
      Object.keys(WHOLE)
        .map((name) => `/${name}`)
        .sort(byPlace),
    );
    expect(wrongIn({ ...WHOLE, BOOK_TABLE: '' })).toEqual(['/BOOK_TABLE']);
  });

  it.each([
    ['LOCK_MODE', 'LEGAL-HOLD-OF-SOME-KIND'],
    ['DESK_SETTINGS', 'not JSON at all'],
    ['DESK_SETTINGS', '[1]'],
    ['DESK_SETTINGS', '{"lockDays":0}'],
    ['DESK_SETTINGS', '{"lockDays":"400"}'],
    ['DESK_SETTINGS', '{"nights":400}'],
  ])('refuses %s of %s, and does not say it back', (name, value) => {
    expect(wrongIn({ ...WHOLE, [name]: value })).toEqual([`/${name}`]);
  });

  it('wants credentials where it is told of a recipient', () => {
    expect(wrongIn({ ...WHOLE, NCMEC_URL: 'https://ncmec.example.org/ispws' })).toEqual(['/NCMEC_CREDENTIALS']);
  });

  it('knows who stamps the time by certificates, of which it takes none that is none', async () => {
    const authority = await makeAuthority('ec');
    const root = authority.authorities[0]?.toString('base64') ?? '';
    await authority.end();
    const tsa = { TSA_URL: 'http://tsa.example.org/tsr', TSA_CERTIFICATES: `${root} ${root}` };
    const { certificates = [] } = readEnvironment({ ...WHOLE, ...tsa }).tsa ?? {};
    expect(certificates.map((der) => Buffer.from(der).toString('base64'))).toEqual([root, root]);
    expect(wrongIn({ ...WHOLE, TSA_URL: tsa.TSA_URL })).toEqual(['/TSA_CERTIFICATES']);
    expect(wrongIn({ ...WHOLE, ...tsa, TSA_CERTIFICATES: 'bm90aGluZw==' })).toEqual(['/TSA_CERTIFICATES']);
    expect(wrongIn({ ...WHOLE, ...tsa, TSA_URL: 'ftp://tsa.example.org' })).toEqual(['/TSA_URL']);
  });

  const ORDER = ['DESK', 'EVIDENCE', 'BOOK', 'SECRETS', 'DATA', 'STORAGE', 'LOOKUP', 'RECEIPTS', 'LOG', 'PACKETS'];
  function byPlace(a: string, b: string): number {
    return place(a) - place(b);
  }
  function place(path: string): number {
    return ORDER.findIndex((each) => path.startsWith(`/${each}`));
  }
});
