// What can be done to a packet: by whoever gets hold of it, and by a desk that lies and signs it.
import { wrong } from './bytes.ts';
import { isObject, type Json, type JsonObject } from './json.ts';
import { editJson, type Change } from './packet-sabotage.ts';

const CASE = 'data/case.json';
const CHAIN = 'custody/chain.json';
const OPENINGS = 'custody/openings.json';

function bytesOf(files: ReadonlyMap<string, Buffer>, path: string): Buffer {
  return files.get(path) ?? wrong(`there is no ${path}`);
}

function put(path: string, edit: (bytes: Buffer) => string): Change {
  return (files) => {
    files.set(path, Buffer.from(edit(bytesOf(files, path))));
  };
}

/** Edits the objects of a list in a JSON file. */
function edited(path: string, list: string, edit: (items: readonly JsonObject[]) => readonly Json[]): Change {
  return (files) => {
    editJson(files, path, (value) => ({ ...value, [list]: edit((value[list] as readonly Json[]).filter(isObject)) }));
  };
}

function all(...changes: readonly Change[]): Change {
  return (files) => {
    for (const change of changes) change(files);
  };
}

const moved: Change = (files) => {
  const pdf = bytesOf(files, 'data/summary.pdf');
  files.delete('data/summary.pdf');
  files.set('data/summary.pdf', pdf);
};

/** By name; nothing is put right after them but the container. */
export const BY_ANYBODY: Readonly<Record<string, Change>> = {
  'an exhibit is another': put('data/media/E0001.jpg', (bytes) => bytes.toString().replace('l', 'L')),
  'an exhibit is missing': (files) => void files.delete('data/media/E0002.bin'),
  'the PDF is another': put('data/summary.pdf', (bytes) => bytes.toString('latin1')),
  'the README is another': put('README.txt', (bytes) => `${bytes.toString()}Call this number.\n`),
  'a file is there too many': (files) => void files.set('data/media/E0007.jpg', Buffer.from('one more')),
  'a file stands beside the bag': (files) => void files.set('START-HERE.txt', Buffer.from('run this')),
  'a text of the bag is there too many': (files) => void files.set('tagmanifest-md5.txt', Buffer.alloc(0)),
  'a tag manifest of no kind is there': (files) => void files.set('tagmanifest-new.txt', Buffer.from('run this')),
  'a list of files elsewhere is there': (files) => void files.set('fetch.txt', Buffer.alloc(0)),
  'the signature is gone': (files) => void files.delete('signature.json'),
  'the signature is spelled otherwise': put('signature.json', (bytes) => bytes.toString().replace('{', '{ ')),
  'the signature says more': put('signature.json', (bytes) => bytes.toString().replace('{', '{"a":"b",')),
  'the signature of the PDF is gone': (files) => void files.delete('summary-signature.json'),
  'the signature of the PDF says more': put('summary-signature.json', (bytes) =>
    bytes.toString().replace('{', '{"a":"b",'),
  ),
  'the files stand in another order': moved,
  'bag-info.txt has a line more': put('bag-info.txt', (bytes) => `${bytes.toString()}Contact-Name: nobody\n`),
};

function claim(exhibit: string, viewed: string): Change {
  return edited(CASE, 'exhibits', (items) =>
    items.map((each) => (each['exhibit'] === exhibit ? { ...each, viewed } : each)),
  );
}

function without(list: string, isIt: (each: JsonObject) => boolean): Change {
  return edited(CASE, list, (items) => items.filter((each) => !isIt(each)));
}

const isSixth = (each: JsonObject): boolean => each['exhibit'] === 'E0006' || each['path'] === 'data/media/E0006.bin';

const leftOut = all(without('exhibits', isSixth), without('files', isSixth), (files) => {
  files.delete('data/media/E0006.bin');
});

const leftOutWithOpening: Change = (files) => {
  const manifest = JSON.parse(bytesOf(files, CASE).toString()) as { readonly exhibits: readonly JsonObject[] };
  const gone = manifest.exhibits.find(isSixth)?.['attachment'] ?? null;
  leftOut(files);
  edited(OPENINGS, 'openings', (items) => items.filter((each) => each['attachment'] !== gone))(files);
};

function inPacket(more: JsonObject): Change {
  return (files) => {
    editJson(files, CASE, (value) => ({ ...value, packet: { ...(value['packet'] as JsonObject), ...more } }));
  };
}

function entriesAs(edit: (entries: readonly string[]) => readonly string[]): Change {
  return (files) => {
    editJson(files, CHAIN, (value) => ({ ...value, entries: edit((value['entries'] as readonly Json[]).map(String)) }));
  };
}

/** By name; the desk puts right what it can, and signs. */
export const BY_THE_DESK: Readonly<Record<string, Change>> = {
  'an exhibit is left out': leftOut,
  'an exhibit is left out with its opening': leftOutWithOpening,
  'an exhibit is another': put('data/media/E0001.jpg', (bytes) => bytes.toString().replace('l', 'L')),
  'an exhibit has another ending': (files) => {
    files.set('data/media/E0002.exe', bytesOf(files, 'data/media/E0002.bin'));
    files.delete('data/media/E0002.bin');
    editJson(files, CASE, (value) => JSON.parse(JSON.stringify(value).replaceAll('E0002.bin', 'E0002.exe')) as Json);
  },
  'two exhibits change their names': edited(CASE, 'exhibits', ([a = {}, b = {}, ...rest]) => [
    { ...a, originalName: b['originalName'] ?? null },
    { ...b, originalName: a['originalName'] ?? null },
    ...rest,
  ]),
  'what nobody looked at is claimed as looked at': claim('E0004', 'entered'),
  'what was looked at too late is claimed as looked at': claim('E0006', 'entered'),
  'what is only stated is claimed as entered': claim('E0002', 'entered'),
  'a look is left out': without('views', ({ extent, source }) => source === 'desk' && extent === 'none'),
  'a late look is told as if in time': edited(CASE, 'views', (items) =>
    items.map((each) => ({ ...each, afterFinish: false })),
  ),
  'a look is told to be at another file': edited(CASE, 'views', ([first = {}, ...rest]) => [
    { ...first, sha256: 'ab'.repeat(32) },
    ...rest,
  ]),
  'a stated look is left out': without('views', ({ source }) => source === 'referral'),
  'somebody who acted is left out': edited(CASE, 'actors', (items) => items.slice(1)),
  'it has another purpose': inPacket({ purpose: 'curiosity' }),
  'it is for another agency': inPacket({ agency: { id: 'another', name: 'Another' } }),
  'it was ordered by another': inPacket({ orderedBy: '00000000-0000-4000-8000-00000000000c' }),
  'the referral is another': put('data/referral.json', (bytes) => bytes.toString().replace('tis', 'was')),
  'case.jsonld tells another digest': put('data/case.jsonld', (bytes) =>
    bytes.toString().replace(/"@value":"([0-9a-f]{63})./, '"@value":"$1x'),
  ),
  'case.jsonld tells another time': put('data/case.jsonld', (bytes) =>
    bytes.toString().replace(/("uco-action:startTime":{"@type":"xsd:dateTime","@value":")2/, '$13'),
  ),
  'case.jsonld leaves out an act': put('data/case.jsonld', (bytes) =>
    bytes.toString().replace(/\n{"@id":"kb:investigative-action[^\n]*"uco-core:name":"view"[^\n]*/, ''),
  ),
  'the e-Evidence manifest tells another time': put('data/e-evidence-manifest.json', (bytes) =>
    bytes.toString().replace('"availableUntil":"2', '"availableUntil":"3'),
  ),
  'the e-Evidence manifest is gone': (files) => void files.delete('data/e-evidence-manifest.json'),
  'vics.json categorises': put('data/vics.json', (bytes) => bytes.toString().replace('null', '1')),
  'vics.json tells another digest': put('data/vics.json', (bytes) => bytes.toString().replace('"MD5":"', '"MD5":"A')),
  'vics.json is gone': (files) => void files.delete('data/vics.json'),
  'cybertipline.xml says something else': put('data/cybertipline.xml', (bytes) =>
    bytes.toString().replace('desk@example.org', 'disk@example.org'),
  ),
  'cybertipline.xml says more': put('data/cybertipline.xml', (bytes) =>
    bytes.toString().replace('</report>', '<additionalInfo>more</additionalInfo></report>'),
  ),
  'cybertipline.xml says less': put('data/cybertipline.xml', (bytes) =>
    bytes.toString().replace(/<phone>.*<\/phone>/, ''),
  ),
  'a message is told otherwise': put('data/messages.csv', (bytes) => bytes.toString().replace('tis', 'was')),
  'the chain ends too early': entriesAs((entries) => entries.slice(0, -1)),
  'an entry is rewritten': entriesAs((entries) => entries.map((text) => text.replace('"act":"hold"', '"act":"warn"'))),
  'an entry is left out': entriesAs((entries) => entries.toSpliced(3, 1)),
  'the chain has no place in the log': (files) => {
    editJson(files, CHAIN, (value) =>
      Object.fromEntries(Object.entries(value).filter(([name]) => name !== 'inclusion')),
    );
  },
  'the log is another': (files) => {
    editJson(files, CHAIN, (value) => ({
      ...value,
      checkpoint: (value['checkpoint'] as string).replace(/\n\d+\n/, '\n99\n'),
    }));
  },
  'an opening is missing': edited(OPENINGS, 'openings', (items) => items.slice(0, -1)),
  'an opening is there twice': edited(OPENINGS, 'openings', (items) => [...items, ...items.slice(-1)]),
  'two openings change places': edited(OPENINGS, 'openings', ([a = {}, b = {}, ...rest]) => [b, a, ...rest]),
  'an opening has another key': edited(OPENINGS, 'openings', ([a = {}, b = {}, ...rest]) => [
    { ...a, key: b['key'] ?? null },
    b,
    ...rest,
  ]),
  'the case manifest says more': (files) => {
    editJson(files, CASE, (value) => ({ ...value, note: 'nothing to see' }));
  },
};

const [FIRST, THIRD] = ['data/received/E0001.xml', 'data/received/E0003.xml'];

const exchanged: Change = (files) => {
  const [first, third] = [bytesOf(files, FIRST), bytesOf(files, THIRD)];
  files.set(FIRST, third).set(THIRD, first);
};

const exchangedInCase = edited(CASE, 'exhibits', ([a = {}, b = {}, c = {}, ...rest]) => [
  { ...a, details: c['details'] ?? null },
  b,
  { ...c, details: a['details'] ?? null },
  ...rest,
]);

const undescribed: Change = (files) => {
  files.delete(FIRST);
  edited(CASE, 'files', (items) => items.filter(({ path }) => path !== FIRST))(files);
  edited(CASE, 'exhibits', ([{ details, ...first } = {}, ...rest]) => [
    { ...first, viewed: details === undefined ? 'stated' : 'unstated' },
    ...rest,
  ])(files);
};

/** The same of a packet of a CyberTipline report. */
export const OF_A_REPORT: Readonly<Record<string, Change>> = {
  'the report is another': put('data/received/report.xml', (bytes) => bytes.toString().replace('0042', '0043')),
  'the report is spelled otherwise': put('data/received/report.xml', (bytes) =>
    bytes.toString().replace('<!--', '<!-- '),
  ),
  'the referral is another': put('data/referral.json', (bytes) => bytes.toString().replace('0042', '0043')),
  'the referral is spelled otherwise': put('data/referral.json', (bytes) => `${bytes.toString()}\n`),
  'cybertipline.xml says something else': put('data/cybertipline.xml', (bytes) =>
    bytes.toString().replace('0042', '42'),
  ),
  'what was described of two files is exchanged': exchanged,
  'what was described of two files is exchanged in the case manifest': exchangedInCase,
  'what was described of two files is exchanged in both': all(exchanged, exchangedInCase),
  'what was described of a file is another': put(FIRST, (bytes) => bytes.toString().replace('> 1 <', '>0<')),
  'what was described of a file is told otherwise': edited(CASE, 'exhibits', (items) =>
    items.map((each) => JSON.parse(JSON.stringify(each).replace('a <b>.jpg', 'b <a>.jpg')) as JsonObject),
  ),
  'what was described of a file is left out': undescribed,
  'what was described of a file is left out with its openings': all(
    undescribed,
    edited(OPENINGS, 'openings', (items) => items.filter(({ seq }) => seq !== 2)),
  ),
  'it is said to have come as JSON': (files) => {
    files.delete('data/received/report.xml');
    edited(CASE, 'files', (items) => items.filter(({ path }) => path !== 'data/received/report.xml'))(files);
    editJson(files, CASE, (value) => {
      const { report, ...referral } = value['referral'] as JsonObject;
      return { ...value, referral: report === undefined ? {} : referral };
    });
  },
  'it is said to have come in another form': (files) => {
    editJson(files, CASE, (value) => {
      return JSON.parse(JSON.stringify(value).replace('"form":"cybertipline"', '"form":"other"')) as JsonObject;
    });
  },
};

const DISCLOSURE = 'data/disclosure.json';

/** The same of a packet that shows a part of its referral. */
export const OF_A_PART: Readonly<Record<string, Change>> = {
  'a part that is shown is another': put('data/referral.json', (bytes) => bytes.toString().replace('tis', 'was')),
  'a part that is left out is said never to have been': edited(DISCLOSURE, 'parts', (parts) =>
    parts.filter((each) => each['shown'] !== undefined),
  ),
  'two parts that are shown change places': edited(DISCLOSURE, 'parts', (parts) => parts.toReversed()),
  'a part has another salt': edited(DISCLOSURE, 'parts', (parts) =>
    parts.map((each) => JSON.parse(JSON.stringify(each).replace(/"salt":"../, '"salt":"00')) as JsonObject),
  ),
  'a file that is left out is not named': edited(DISCLOSURE, 'contents', (contents) => contents.slice(1)),
  'a look that is left out is not named': (files) => {
    editJson(files, DISCLOSURE, (value) => ({ ...value, looks: [] }));
  },
  'more is said to be left out': inPacketPart('parts', { here: 1, of: 99 }),
  'the digest of what was received is told': (files) => {
    editJson(files, CASE, (value) => ({
      ...value,
      referral: { ...(value['referral'] as JsonObject), sha256: '0'.repeat(64) },
    }));
  },
};

function inPacketPart(name: string, value: JsonObject): Change {
  return (files) => {
    const packet = (JSON.parse(bytesOf(files, CASE).toString()) as { packet: { part: JsonObject } }).packet;
    inPacket({ part: { ...packet.part, [name]: value } })(files);
  };
}
