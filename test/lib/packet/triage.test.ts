// A packet for triage names no victim: whatever names her is planted everywhere in a referral, and looked for in every byte.
import { inflateSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { verifyPacket } from '../../../lib/index.ts';
import { identifierFinder } from '../../../lib/packet/identifiers.ts';
import { freshDesk, noise, refer, type TestDesk } from '../../material.ts';
import { full } from '../../schemas/fixtures.ts';
import { read } from '../summary/read.ts';
import { caseIn, jsonIn, ORDER, pack, sourceOf, takeAll, unpack, type Files } from './material.ts';

const VICTIM = {
  victimPerson: {
    firstName: 'Umbrellina',
    lastName: 'Bicyclesdottir',
    phone: [{ value: '+44 20 7946 0123' }],
    email: [{ value: 'umbrellina.b@example.org' }],
    address: [{ address: '7 Spokes Lane', zipCode: 'QX7 1ZZ', city: 'Wheelbury' }],
  },
  espIdentifier: 'acct-90817263',
  screenName: 'bell.ringer.77',
  displayName: ['Ümbrëllina B.'],
  profileUrl: ['https://social.example.org/users/spokeswoman'],
  ipCaptureEvent: [{ ipAddress: '2001:db8:0:0:0:0:77:1' }],
  deviceId: [{ idType: 'serial', idValue: 'SN-5557-QQ' }],
  schoolName: 'School of Bells',
};
/** What must not be found, as it might be written. */
const PLANTED = [
  'Umbrellina',
  'UMBRELLINA',
  'Bicyclesdottir',
  'bell.ringer.77',
  '020-7946-0123',
  '+442079460123',
  'umbrellina.b@example.org',
  '7 Spokes Lane',
  'acct-90817263',
  'https://social.example.org/users/spokeswoman',
  'spokeswoman',
  '2001:db8::77:1',
  'SN-5557-QQ',
  'School of Bells',
  'Umbrellin%61',
];
const sent = { at: '2026-01-01T10:00:00Z', clockSource: 'device' };

/** A small generator of numbers, the same each time. */
function dice(seed: number): (sides: number) => number {
  let state = seed;
  return (sides) => (state = (state * 1103515245 + 12345) % 2147483648) % sides;
}

/** A referral in which some texts hold something that names her, and as many hold nothing. */
function planted(seed: number): { more: object; files: string[]; kept: number } {
  const roll = dice(seed);
  const say = (n: number): string => {
    const name = PLANTED[roll(PLANTED.length)] ?? '';
    return roll(2) === 0 ? `umbrella number ${n}` : `about ${name}, number ${n}`;
  };
  const texts = Array.from({ length: 30 }, (_, n) => say(n));
  const kept = texts.filter((text) => text.startsWith('umbrella')).length;
  return {
    kept,
    files: [`holiday ${seed}.jpg`, `Umbrellina ${seed}.png`, 'spokeswoman.mp4'],
    more: {
      victim: [VICTIM],
      messages: texts.map((text, n) => ({ id: `m${n}`, sender: 'pump', sent, text })),
      additionalInfo: say(100),
      observations: undefined,
      otherPersons: [{ role: 'witness', note: say(101) }],
      intendedRecipient: [{ screenName: say(102) }],
      distributionLinks: [{ kind: 'other', url: 'https://social.example.org/users/spokeswoman?x=1' }],
    },
  };
}

let test: TestDesk;
beforeAll(async () => {
  test = await freshDesk();
});
afterAll(() => test.end());

async function triage(seed: number): Promise<{ bytes: Buffer; files: Files; kept: number }> {
  const { more, files: names, kept } = planted(seed);
  const { opened } = await refer(
    test,
    names.map((name, n) => noise(name, 30 + n)),
    { more },
  );
  const packetId = await pack(test, opened.referralId, undefined, { ...ORDER, role: 'triage' });
  const bytes = await takeAll(test, packetId);
  return { bytes, files: await unpack(bytes), kept };
}

/** The bytes of a file, and of all that lies packed in a PDF. */
function textsOf(path: string, content: Buffer): string[] {
  if (!path.endsWith('.pdf')) return [content.toString('utf8')];
  const packed = [...content.toString('latin1').matchAll(/stream\n([\s\S]*?)\nendstream/g)].map(([, body = '']) => {
    try {
      return inflateSync(Buffer.from(body, 'latin1')).toString('utf8');
    } catch {
      return '';
    }
  });
  return [read(content).whole, ...packed];
}

describe('a packet for triage', () => {
  it.each([1, 2, 3, 4, 5])('has nothing in it that names a victim, and is authentic (%d)', async (seed) => {
    const { bytes, files, kept } = await triage(seed);
    const { findings, packet } = await verifyPacket(sourceOf(bytes), { trust: test.trust });
    expect([findings, packet?.part?.exhibits]).toEqual([[], { here: 0, told: 3, of: 3 }]);
    const document = jsonIn(files, 'data/referral.json') as { messages: object[] };
    expect(document.messages).toHaveLength(kept);
    const hits = [...files].flatMap(([path, content]) =>
      [path, ...textsOf(path, content)].flatMap((text) =>
        PLANTED.filter((name) => text.toLowerCase().includes(name.toLowerCase())).map((name) => `${path}: ${name}`),
      ),
    );
    expect(hits).toEqual([]);
  });

  it('tells of the files by kind, digest and size, without their bytes, and of no name that names her', async () => {
    const { files } = await triage(6);
    const { exhibits, packet } = caseIn(files);
    expect(exhibits.map(({ originalName, leftOut }) => [originalName, leftOut])).toEqual([
      ['holiday 6.jpg', true],
      [undefined, true],
      [undefined, true],
    ]);
    expect([...files.keys()].filter((path) => path.startsWith('data/media/'))).toEqual([]);
    expect(packet?.part?.leftOut.every(({ why }) => why === 'triage')).toBe(true);
    expect(read(files.get('data/summary.pdf') ?? Buffer.alloc(0)).whole).toContain('left out for triage');
  });

  it('is refused where purpose, legal basis or handling names her', async () => {
    const { opened } = await refer(test, [], { more: { victim: [VICTIM] } });
    const supervisor = await test.as('supervisor');
    const asked = { ...ORDER, role: 'triage' as const, purpose: 'to find Umbrellina' };
    await expect(test.desk.orderPacket(supervisor, opened.referralId, asked)).rejects.toMatchObject({
      code: 'input/invalid',
    });
    const handling = { codes: [{ code: 'H3', conditions: 'Do not call Umbrellina.' }] };
    const other = await refer(test, [], { more: { victim: [VICTIM], handling } });
    const order = { ...ORDER, role: 'triage' as const, conditionsAccepted: true as const };
    await expect(test.desk.orderPacket(supervisor, other.opened.referralId, order)).rejects.toMatchObject({
      code: 'state/handling',
    });
  });
});

describe('what names a victim', () => {
  const find = identifierFinder([VICTIM]);
  it.each([...PLANTED, 'ｕｍｂｒｅｌｌｉｎａ', 'umbre\u200bllina', '٠٢٠ ٧٩٤٦ ٠١٢٣', 'SN5557QQ'])(
    'is found in %j',
    (text) => {
      expect(find({ deep: [`so ${text} it`] })).toBe(true);
    },
  );
  it.each(['umbrella', 'bicycle', 'https://social.example.org/', '+44 20 7946 0199', 'GB', 'serial'])(
    'is not found in %j',
    (text) => {
      expect(find({ deep: [text] })).toBe(false);
    },
  );
  it('is found by short names as words only, and by short names of other scripts anywhere', () => {
    const short = identifierFinder([{ victimPerson: { firstName: 'Al' } }, { victimPerson: { firstName: '小雨' } }]);
    expect([short('Also an umbrella'), short('said al, quickly'), short('叫小雨的')]).toEqual([false, true, true]);
  });
  it('is nothing in a referral without victims', () => {
    expect(identifierFinder([])(full)).toBe(false);
  });
});
