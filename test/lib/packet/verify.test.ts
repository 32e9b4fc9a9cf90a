// Packets that were damaged or forged with care: everything made to fit again but the one thing that was changed, signed by nobody, by
// a stranger, or by the desk's own key. Each is named for what it is.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { canonicalBytes } from '../../../lib/formats/canonical.ts';
import {
  STEPS,
  verifyPacket,
  type Case,
  type Custody,
  type Opening,
  type Trust,
  type UnpackedFile,
} from '../../../lib/index.ts';
import { freshDesk, noise, refer, type TestDesk } from '../../material.ts';
import {
  deskSigner,
  forge,
  jsonIn,
  pack,
  packed,
  sourceOf,
  strangerSigner,
  takeAll,
  unpack,
  zipOf,
  caseIn,
  type Change,
  type Files,
  type Signer,
} from './material.ts';

let test: TestDesk;
let other: TestDesk;
let bytes: Buffer;
let files: Files;
let foreign: Buffer;
let own: Signer;

const one = noise('one.jpg', 3000);
const two = noise('two.jpg', 3000);
const three = noise('three.jpg', 3000);
const stated = { sha256: two.sha256, viewer: 'Kim', extent: 'partial' };

beforeAll(async () => {
  test = await freshDesk();
  other = await freshDesk();
  own = deskSigner(test);
  const more = { viewEvents: [stated] };
  const { opened } = await refer(test, [one, two, three], { finish: false, more });
  const look = { sha256: one.sha256, viewer: 'Noa', from: '2026-11-22T09:00:00Z', extent: 'full' as const };
  const reporter = await test.as('reporter');
  await test.desk.recordView(reporter, opened.referralId, look);
  await test.desk.finish(reporter, opened.referralId);
  bytes = await takeAll(test, await pack(test, opened.referralId));
  files = await unpack(bytes);
  foreign = (await packed(other, [noise('a.jpg', 10)])).bytes;
});
afterAll(async () => {
  await test.end();
  await other.end();
});

interface Told {
  readonly ok: boolean;
  readonly isConsistent: boolean;
  readonly codes: readonly string[];
  readonly places: readonly string[];
}

async function verdictOn(packet: Buffer, trust: Trust = test.trust): Promise<Told> {
  const { ok, isConsistent, findings } = await verifyPacket(sourceOf(packet), { trust });
  const codes = [...new Set(findings.map(({ code }) => code))].sort();
  return { ok, isConsistent, codes, places: findings.map(({ code, where }) => `${code} ${where}`) };
}

async function verdictOnForged(change: Change): Promise<Told> {
  return verdictOn((await forge(files, change)).bytes);
}

async function* asUnpacked(all: Files): AsyncGenerator<UnpackedFile> {
  await Promise.resolve();
  for (const [path, content] of all) yield { path, bytes: pieces(content) };
}

async function* pieces(content: Buffer): AsyncGenerator<Uint8Array> {
  await Promise.resolve();
  yield content;
}

/** Puts other values into a part of the case manifest, or an opening. */
function put(at: object | undefined, more: object): void {
  Object.assign(at ?? {}, more);
}

const text = (path: string): string => (files.get(path) ?? Buffer.alloc(0)).toString('utf8');

/** Drops an exhibit and everything that tells of it, but for the chain. */
function dropExhibit(manifest: Case): Case['exhibits'][number] | undefined {
  const gone = manifest.exhibits.pop();
  manifest.custody.acts = manifest.custody.acts.map((act) => {
    const { exhibit, ...rest } = act;
    return exhibit === gone?.exhibit ? rest : act;
  });
  return gone;
}

describe('a packet as it was made', () => {
  it('is authentic, says what it is, and is the same after being laid out again from its files', async () => {
    const verdict = await verifyPacket(sourceOf(bytes), { trust: test.trust });
    const { packet, desk, referral } = caseIn(files);
    expect(verdict).toMatchObject({ ok: true, findings: [], isConsistent: true });
    const { orderedAt } = packet ?? {};
    expect(verdict.packet).toEqual({
      id: packet?.id,
      agency: 'europol',
      referralId: referral.id,
      desk,
      encryption: 'none',
      orderedAt,
      asOf: orderedAt,
    });
    expect((await zipOf(files, caseIn(files))).equals(bytes)).toBe(true);
    expect((await forge(files, { signer: own })).bytes.equals(bytes)).toBe(true);
  });

  it('is told of step by step, with what was not checked', async () => {
    const { steps, unchecked, signer } = await verifyPacket(sourceOf(bytes), { trust: test.trust });
    expect(steps.map(({ step, result }) => `${step} ${result}`)).toEqual(
      Object.keys(STEPS)
        .filter((step) => step !== 'asked')
        .map((step) => `${step} ${step === 'stamps' ? 'unchecked' : 'holds'}`),
    );
    expect(unchecked.map(({ what }) => what)).toEqual(expect.arrayContaining(['later', 'summary-words']));
    expect(signer).toMatchObject({ desk: test.desk.id, isKnown: true });
    const without = await verifyPacket(sourceOf(bytes));
    const open = without.steps.filter(({ result }) => result !== 'holds').map(({ step }) => step);
    expect(open).toEqual(['signature', 'log', 'stamps']);
    expect(without.signer).toMatchObject({ isKnown: false });
    const unreadable = await verifyPacket(asUnpacked(new Map([['README.txt', Buffer.from('x')]])), {
      trust: test.trust,
    });
    expect(unreadable.steps.filter(({ result }) => result === 'holds')).toEqual([]);
  });

  it('is consistent at most without trust.json, and not ok', async () => {
    const verdict = await verifyPacket(sourceOf(bytes));
    expect(verdict).toMatchObject({ ok: false, isConsistent: true, findings: [{ code: 'trust/unknown-signer' }] });
  });

  it('is authentic after it was unpacked, in whatever order its files are read', async () => {
    for (const order of [files, new Map([...files].reverse())])
      expect(await verifyPacket(asUnpacked(order), { trust: test.trust })).toMatchObject({ ok: true, findings: [] });
  });

  it('tells how many bytes were read, up to all of them', async () => {
    const told: number[] = [];
    await verifyPacket(sourceOf(bytes), { trust: test.trust, onProgress: (n) => void told.push(n) });
    expect(Math.max(...told)).toBeLessThanOrEqual(bytes.length);
    expect(Math.max(...told)).toBeGreaterThan(bytes.length / 2);
  });
});

describe('a packet signed by another', () => {
  it('is of an unknown signer, though all of it fits', async () => {
    const stranger = strangerSigner(test.desk.id);
    const change = {
      manifest: ({ packet }: Case) => {
        put(packet?.agency, { name: 'Another' });
      },
      signer: stranger.sign,
    };
    const told = await verdictOnForged(change);
    expect(told).toMatchObject({ ok: false, codes: ['trust/unknown-signer'] });
  });

  it('does not hold by that other’s own trust.json, since the log is the desk’s', async () => {
    const stranger = strangerSigner(test.desk.id);
    const { bytes: forged } = await forge(files, { signer: stranger.sign });
    expect((await verdictOn(forged, stranger.trust)).codes).toEqual(['log/signature']);
  });

  it('does not hold by the name of the desk’s own key', async () => {
    const stranger = strangerSigner(test.desk.id);
    const keyId = test.trust.keys.find(({ purpose }) => purpose === 'packets')?.id ?? '';
    const signer: Signer = async (message) => ({ ...(await stranger.sign(message)), keyId });
    expect(await verdictOnForged({ signer })).toMatchObject({
      ok: false,
      codes: ['packet/signature', 'packet/summary'],
    });
  });

  it('does not hold by the desk’s key for another purpose', async () => {
    for (const purpose of ['log', 'receipts'] as const) {
      const signer: Signer = (message) => test.local.ports.keys.sign(purpose, message);
      expect(await verdictOnForged({ signer })).toMatchObject({ ok: false, codes: ['trust/unknown-signer'] });
    }
  });

  it('of another desk is that desk’s, and not this one’s', async () => {
    expect((await verdictOn(foreign, other.trust)).ok).toBe(true);
    const told = await verdictOn(foreign);
    expect(told).toMatchObject({ ok: false, codes: ['trust/other-desk'] });
  });

  it('is not this desk’s because it says so', async () => {
    const manifest = (each: Case): void => {
      each.desk = test.desk.id;
    };
    const { bytes: forged } = await forge(await unpack(foreign), { manifest, signer: deskSigner(other) });
    const told = await verdictOn(forged);
    expect(told.ok).toBe(false);
    expect(told.codes).toEqual(expect.arrayContaining(['packet/chain', 'trust/unknown-signer']));
  });
});

describe('a packet that was changed and whose old signature was kept', () => {
  const added = (path: string): Change => ({ files: (all) => void all.set(path, Buffer.from('added')) });
  it.each<[string, Change, string[]]>([
    [
      'another purpose',
      {
        manifest: ({ packet }) => {
          put(packet, { purpose: 'x' });
        },
      },
      ['packet/order', 'packet/signature'],
    ],
    ['a file more among the media', added('data/media/E0009.jpg'), ['packet/signature']],
    ['a file more beside the bag', added('note.txt'), ['packet/file', 'packet/signature']],
  ])('is named for it: %s', async (_name, change, codes) => {
    const told = await verdictOnForged(change);
    expect(told.ok).toBe(false);
    expect(told.codes).toEqual(expect.arrayContaining(codes));
  });

  it.each([
    'note.txt',
    'custody/more.json',
    'data/more.txt',
    'data/media/E0009.jpg',
    'manifest-md5.txt',
    'tagmanifest-md5.txt',
    'tagmanifest-note.txt',
    'fetch.txt',
    'referral-desk.exe',
  ])('is not authentic with a file that nothing lists: %s', async (path) => {
    const more = new Map(files).set(path, Buffer.from('added\n'));
    const inArchive = await verdictOn(await zipOf(more, caseIn(files)));
    const inFolder = await verifyPacket(asUnpacked(more), { trust: test.trust });
    expect([path, inArchive.ok, inFolder.ok]).toEqual([path, false, false]);
    expect(inArchive.places.some((place) => place.includes(path))).toBe(true);
  });

  it('is not authentic with any one file left out, and says which', async () => {
    for (const path of files.keys()) {
      const less = new Map(files);
      less.delete(path);
      const told = await verdictOn(await zipOf(less, caseIn(files)));
      const unpacked = await verifyPacket(asUnpacked(less), { trust: test.trust });
      expect([path, told.ok, unpacked.ok]).toEqual([path, false, false]);
      expect([path, told.places.some((place) => place.includes(path))]).toEqual([path, true]);
    }
  });

  it('is not authentic with any one file emptied, or a byte longer', async () => {
    for (const path of files.keys()) {
      for (const content of [Buffer.alloc(0), Buffer.concat([files.get(path) ?? Buffer.alloc(0), Buffer.from('\n')])]) {
        const told = await verdictOn(await zipOf(new Map(files).set(path, content), caseIn(files)));
        expect([path, content.length, told.ok]).toEqual([path, content.length, false]);
      }
    }
  });

  it('is not authentic with the same signature in another spelling', async () => {
    const signed = jsonIn(files, 'signature.json') as { signature: string };
    const { signature } = signed;
    const turned = `${signature.slice(0, 85)}${String.fromCharCode(signature.charCodeAt(85) + 1)}==`;
    const spellings = [
      JSON.stringify(signed, null, 1),
      `${text('signature.json')}\n`,
      text('signature.json').replace('"version":1', '"version":1.0'),
      canonicalBytes({ ...signed, signature: turned }).toString('utf8'),
    ];
    for (const spelling of spellings) {
      expect(spelling).not.toBe(text('signature.json'));
      const told = await verdictOn(
        await zipOf(new Map(files).set('signature.json', Buffer.from(spelling)), caseIn(files)),
      );
      expect([spelling, told.ok]).toEqual([spelling, false]);
    }
  });

  it('is named for two exhibits that changed places', async () => {
    const [first, second] = ['data/media/E0001.jpg', 'data/media/E0002.jpg'];
    const swapped = new Map(files);
    swapped.set(first, files.get(second) ?? Buffer.alloc(0)).set(second, files.get(first) ?? Buffer.alloc(0));
    const told = await verdictOn(await zipOf(swapped, caseIn(files)));
    expect(told.codes).toEqual(['bag/digest', 'packet/exhibit', 'packet/file']);
    expect(told.places).toEqual(expect.arrayContaining([`bag/digest ${first}`, `packet/exhibit ${second}`]));
  });

  it('is named for the order of its files, which no signature covers', async () => {
    const [first, ...rest] = files;
    if (first === undefined) throw new Error('no file');
    const told = await verdictOn(await zipOf(new Map([...rest, first]), caseIn(files)));
    expect(told).toMatchObject({ ok: false, codes: ['packet/order-of-files'] });
  });

  it('is named for its top folder', async () => {
    const told = await verdictOn(await zipOf(files, caseIn(files), { folder: 'evidence' }));
    expect(told).toMatchObject({ ok: false, codes: ['packet/folder'] });
  });

  it('is named for a folder of nothing in it', async () => {
    const told = await verdictOn(await zipOf(files, caseIn(files), { empty: 'emptyX' }));
    expect(told.ok).toBe(false);
    expect(told.codes).toContain('zip/name');
  });
});

/** What the desk's own key signed: found only because it contradicts itself, so that a desk cannot tell two stories either. */
describe('a packet that its desk signed though it contradicts itself', () => {
  const swap = (all: Files): void => {
    const [first, second] = [all.get('data/media/E0001.jpg'), all.get('data/media/E0002.jpg')];
    if (first !== undefined) all.set('data/media/E0002.jpg', first);
    if (second !== undefined) all.set('data/media/E0001.jpg', second);
  };
  const chain = (edit: (custody: Custody) => void) => (all: Files) => {
    const custody = jsonIn(all, 'custody/chain.json') as Custody;
    edit(custody);
    all.set('custody/chain.json', canonicalBytes(custody));
  };
  const openings = (edit: (all: { openings: Opening[] }) => void) => (all: Files) => {
    const value = jsonIn(all, 'custody/openings.json') as { openings: Opening[] };
    edit(value);
    all.set('custody/openings.json', canonicalBytes(value));
  };
  const exhibit = (n: number, more: Partial<Case['exhibits'][number]>) => (manifest: Case) => {
    put(manifest.exhibits[n], more);
  };
  const order = (more: object) => (manifest: Case) => void Object.assign(manifest.packet ?? {}, more);

  it.each<[string, Change, string[]]>([
    ['two exhibits in each other’s place', { files: swap }, ['packet/exhibit']],
    [
      'two exhibits in each other’s place, and their digests with them',
      {
        files: swap,
        manifest: (each) => {
          const [first, second] = each.exhibits.map(({ sha256 }) => sha256);
          put(each.exhibits[0], { sha256: second });
          put(each.exhibits[1], { sha256: first });
        },
      },
      ['packet/exhibit', 'packet/viewed'],
    ],
    [
      'an exhibit left out',
      { files: (all) => void all.delete('data/media/E0003.jpg'), manifest: (each) => void dropExhibit(each) },
      ['packet/contents'],
    ],
    [
      'an exhibit left out, and what opens it',
      {
        files: (all) => {
          all.delete('data/media/E0003.jpg');
          const { attachment } = caseIn(files).exhibits[2] ?? {};
          openings((value) => {
            value.openings = value.openings.filter((each) => each.attachment !== attachment);
          })(all);
        },
        manifest: (each) => void dropExhibit(each),
      },
      ['packet/contents'],
    ],
    [
      'another exhibit’s bytes',
      { files: (all) => void all.set('data/media/E0001.jpg', Buffer.from('x')) },
      ['packet/exhibit'],
    ],
    ['an exhibit of another name', { manifest: exhibit(0, { path: 'data/media/E0002.jpg' }) }, ['packet/exhibit']],
    [
      'a file that the case manifest does not name',
      { files: (all) => void all.set('data/media/E0009.jpg', Buffer.from('x')), keepsList: true },
      ['packet/file'],
    ],
    ['a program beside the bag', { files: (all) => void all.set('open-me.exe', Buffer.from('MZ')) }, ['packet/file']],
    [
      'a file named with other bytes',
      {
        manifest: (each) => {
          put(each.files[0], { sha256: '0'.repeat(64) });
        },
      },
      ['packet/file'],
    ],
    [
      'a shorter chain',
      { files: chain((custody) => void custody.entries.pop()) },
      ['log/unproved', 'packet/chain', 'packet/order'],
    ],
    [
      'a chain with its first entry gone',
      { files: chain((custody) => void custody.entries.shift()) },
      ['custody/', 'packet/chain'],
    ],
    ['no chain at all', { files: chain((custody) => void custody.entries.splice(0)) }, ['custody/', 'packet/chain']],
    ['another purpose', { manifest: order({ purpose: 'another' }) }, ['packet/order']],
    ['another legal basis', { manifest: order({ legalBasis: 'another' }) }, ['packet/order']],
    [
      'another agency',
      {
        manifest: (each) => {
          put(each.packet?.agency, { id: 'ncmec' });
        },
      },
      ['packet/order'],
    ],
    ['another who ordered it', { manifest: order({ orderedBy: 'desk' }) }, ['packet/order']],
    [
      'another act',
      {
        manifest: (each) => {
          put(each.custody.acts[1], { act: 'read' });
        },
      },
      ['packet/chain'],
    ],
    [
      'an act that took in another exhibit',
      {
        manifest: (each) => {
          put(each.custody.acts[1], { exhibit: 'E0003' });
        },
      },
      ['packet/chain'],
    ],
    [
      'another head',
      {
        manifest: (each) => {
          each.custody.head = '0'.repeat(64);
        },
      },
      ['packet/chain'],
    ],
    [
      'another time of opening',
      {
        manifest: (each) => {
          each.referral.openedAt = '2020-01-01T00:00:00.000Z';
        },
      },
      ['packet/chain'],
    ],
    [
      'another time of finishing',
      {
        manifest: (each) => {
          each.referral.finishedAt = '2020-01-01T00:00:00.000Z';
        },
      },
      ['packet/chain'],
    ],
    [
      'another time of its last entry',
      {
        manifest: (each) => {
          each.asOf = '2020-01-01T00:00:00.000Z';
        },
      },
      ['packet/chain'],
    ],
    ['another time of sealing', { manifest: exhibit(0, { sealedAt: '2020-01-01T00:00:00.000Z' }) }, ['packet/exhibit']],
    [
      'another place in the log',
      {
        manifest: (each) => {
          put(each.log, { index: 0 });
        },
      },
      ['packet/checkpoint'],
    ],
    [
      'another size of the log',
      {
        manifest: (each) => {
          put(each.log, { size: 1 });
        },
      },
      ['packet/checkpoint'],
    ],
    [
      'another checkpoint',
      {
        manifest: (each) => {
          put(each.log, { checkpoint: 'another' });
        },
      },
      ['packet/checkpoint'],
    ],
    [
      'no place in the log',
      {
        manifest: (each) => {
          delete each.log;
        },
      },
      ['packet/checkpoint'],
    ],
    [
      'another referral',
      {
        files: (all) =>
          void all.set('data/referral.json', Buffer.from(text('data/referral.json').replace('Ada', 'Eve'))),
      },
      ['packet/referral'],
    ],
    [
      'the same referral in another spelling',
      { files: (all) => void all.set('data/referral.json', Buffer.from(`${text('data/referral.json')} `)) },
      ['packet/referral'],
    ],
    ['a look in full that nobody entered', { manifest: exhibit(2, { viewed: 'entered' }) }, ['packet/viewed']],
    ['a look in full that nobody stated', { manifest: exhibit(1, { viewed: 'stated' }) }, ['packet/viewed']],
    ['a look kept back', { manifest: exhibit(0, { viewed: 'unstated' }) }, ['packet/viewed']],
    [
      'a look kept back with what told of it',
      {
        manifest: (each) => {
          each.views = each.views.filter(({ source }) => source !== 'desk');
          exhibit(0, { viewed: 'unstated' })(each);
        },
      },
      ['packet/viewed'],
    ],
    [
      'a look at another file',
      {
        manifest: (each) => {
          const [first] = each.views;
          if (first) Object.assign(first, { sha256: three.sha256, exhibit: 'E0003' });
          exhibit(0, { viewed: 'unstated' })(each);
          exhibit(2, { viewed: 'entered' })(each);
        },
      },
      ['packet/viewed'],
    ],
    [
      'a look entered twice',
      {
        manifest: (each) => {
          each.views.unshift(...each.views.slice(0, 1));
        },
      },
      ['packet/viewed'],
    ],
    [
      'a look that the referral does not state',
      {
        manifest: (each) =>
          void each.views.push({
            source: 'referral',
            sha256: three.sha256,
            viewer: 'Nobody',
            extent: 'full',
            afterFinish: false,
          }),
      },
      ['packet/viewed'],
    ],
    [
      'a look stated in other words',
      {
        manifest: (each) => {
          put(
            each.views.find(({ source }) => source === 'referral'),
            { viewer: 'Another' },
          );
        },
      },
      ['packet/viewed'],
    ],
    [
      'a look before the end said to come after it',
      {
        manifest: (each) => {
          put(each.views[0], { afterFinish: true });
        },
      },
      ['packet/viewed'],
    ],
    [
      'an opening of another key',
      {
        files: openings(({ openings: all }) => {
          put(all[0], { key: Buffer.alloc(32).toString('base64') });
        }),
      },
      ['packet/referral'],
    ],
    [
      'an opening of no entry',
      {
        files: openings(({ openings: all }) => {
          put(all[0], { seq: 99 });
        }),
      },
      ['packet/opening', 'packet/referral', 'packet/contents'],
    ],
    [
      'no openings',
      {
        files: openings((value) => {
          value.openings = [];
        }),
      },
      ['packet/contents', 'packet/exhibit', 'packet/order', 'packet/referral', 'packet/viewed'],
    ],
    [
      'a case manifest of a newer version',
      { manifest: (each) => void Object.assign(each, { version: 2 }) },
      ['packet/malformed'],
    ],
    [
      'a case manifest with a word nobody knows',
      { manifest: (each) => void Object.assign(each, { more: 1 }) },
      ['packet/malformed'],
    ],
    [
      'a chain that is no JSON',
      { files: (all) => void all.set('custody/chain.json', Buffer.from('{')) },
      ['packet/malformed'],
    ],
    [
      'openings that are no JSON',
      { files: (all) => void all.set('custody/openings.json', Buffer.from([0xff])) },
      ['packet/malformed'],
    ],
  ])('is named for it: %s', async (_name, change, codes) => {
    const told = await verdictOnForged({ ...change, signer: own });
    expect([told.ok, told.isConsistent]).toEqual([false, false]);
    const families = [...new Set(told.codes.map((code) => (code.startsWith('custody/') ? 'custody/' : code)))];
    expect(families).toEqual(expect.arrayContaining(codes));
  });
});
