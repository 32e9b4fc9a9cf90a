// A packet, verified with nothing but trust.json: container, bag, signature, chain, openings, and what the case manifest says.
import { demand, fromHex, sha256, wrong } from './bytes.ts';
import { demandBag, type Digest, type Files } from './bag.ts';
import { checkCustody } from './custody.ts';
import { Findings, type Finding } from './findings.ts';
import { Fields, isList, isObject, parse, parseCanonical, type Json, type JsonObject } from './json.ts';
import { checkCase } from './packet-case.ts';
import { asksForPart } from './packet-part.ts';
import { stampPaths } from './packet-stamps.ts';
import { receivedPaths } from './packet-received.ts';
import { isSignedBy } from './signed.ts';
import { keyFor, readTrust } from './trust.ts';
import { readZip, zipTime, type Zip } from './zip.ts';

const BEGINNING = [
  'README.txt',
  'tagmanifest-sha256.txt',
  'signature.json',
  'summary-signature.json',
  'bagit.txt',
  'bag-info.txt',
  'manifest-sha256.txt',
  'custody/chain.json',
  'custody/openings.json',
  'data/case.json',
  'data/summary.pdf',
  'data/referral.json',
  'data/cybertipline.xml',
  'data/case.jsonld',
];
/** What else a packet has where its profile is one of these, and behind which file it stands. */
const MORE: readonly { readonly behind: string; readonly path: string; readonly profiles: readonly string[] }[] = [
  { behind: 'tagmanifest-sha256.txt', path: 'tagmanifest-sha512.txt', profiles: ['national', 'court', 'e-evidence'] },
  { behind: 'manifest-sha256.txt', path: 'manifest-sha512.txt', profiles: ['national', 'court', 'e-evidence'] },
  { behind: 'data/summary.pdf', path: 'data/e-evidence-manifest.json', profiles: ['e-evidence'] },
];
const VICS = 'data/vics.json';
const MESSAGES = 'data/messages.csv';

/** Where it shows a part of its referral. */
const BEGINNING_OF_PART = BEGINNING.map((path) => (path === 'data/cybertipline.xml' ? 'data/disclosure.json' : path));

/** Everything that is wrong with a packet; nothing when the desk of this trust.json made just these bytes. */
export function checkPacket(bytes: Buffer, trust: Json): readonly Finding[] {
  const findings = new Findings();
  findings.attempt('packet', () => {
    const zip = readZip(bytes);
    const { folder, files } = unpacked(zip);
    const caseJson = parseCanonical(textOf(files, 'data/case.json'));
    const { desk, packet, referral, handling, encryption } = aboutOf(caseJson);
    const { id, orderedAt, isPart, profile } = packet;
    const digests: readonly Digest[] = files.has('manifest-sha512.txt') ? ['sha256', 'sha512'] : ['sha256'];
    demand(folder === `referral-desk-packet-${id}`, 'its folder is of another packet');
    findings.expect(zip.time === zipTime(orderedAt), 'packet', 'its files have not the time of the order');
    findings.attempt('order of the files', () => {
      demandOrder(files, caseJson, profile);
    });
    findings.attempt('bag', () => {
      demandBag(files, { digests, desk, packet: id, referral, orderedAt, handling, isPart, encryption });
    });
    findings.attempt('signature.json', () => {
      demandSigned(files, trust, { desk, packet: id, orderedAt });
    });
    findings.attempt('summary-signature.json', () => {
      demandSummarySigned(files, trust, { desk, packet: id, orderedAt });
    });
    const custody = parseCanonical(textOf(files, 'custody/chain.json'));
    for (const what of checkCustody(custody, trust)) findings.add('custody/chain.json', what);
    const openings = parseCanonical(textOf(files, 'custody/openings.json'));
    checkCase({ files, caseJson, custody, openings, document: documentOf(files) }, findings);
  });
  return findings.all;
}

export function unpacked({ files }: Pick<Zip, 'files'>): { readonly folder: string; readonly files: Files } {
  const [folder = ''] = files[0]?.name.split('/') ?? [];
  const within = files.map(({ name, bytes }) => {
    demand(name.startsWith(`${folder}/`), 'a file lies beside its folder');
    return [name.slice(folder.length + 1), bytes] as const;
  });
  return { folder, files: new Map(within) };
}

function textOf(files: Files, path: string): string {
  const bytes = files.get(path) ?? wrong(`${path} is missing`);
  const text = bytes.toString('utf8');
  demand(Buffer.from(text).equals(bytes), `${path} is no UTF-8`);
  return text;
}

function documentOf(files: Files): JsonObject {
  const document = parse(textOf(files, 'data/referral.json'));
  return isObject(document) ? document : wrong('data/referral.json: no object');
}

interface About {
  readonly desk: string;
  readonly packet: {
    readonly id: string;
    readonly orderedAt: string;
    readonly isPart: boolean;
    readonly profile: string;
  };
  readonly referral: string;
  readonly handling: readonly string[];
  readonly encryption: Json;
}

function aboutOf(caseJson: Json): About {
  demand(isObject(caseJson), 'data/case.json: not an object');
  const any = (value: Json | undefined): Fields =>
    new Fields(value, 'data/case.json', isObject(value) ? Object.keys(value) : []);
  const [whole, packet] = [any(caseJson), any(caseJson['packet'])];
  packet.time('orderedAt');
  return {
    desk: whole.id('desk'),
    packet: {
      id: packet.id('id'),
      orderedAt: packet.text('orderedAt'),
      isPart: asksForPart(packet.any('terms')),
      profile: profileOf(packet),
    },
    referral: any(caseJson['referral']).id('id'),
    handling: any(caseJson['referral']).list('handling').map(String),
    encryption: any(packet.any('terms')).any('encryption'),
  };
}

function profileOf(packet: Fields): string {
  const terms = packet.any('terms');
  return isObject(terms) && typeof terms['profile'] === 'string' ? terms['profile'] : '';
}

function demandOrder(files: Files, caseJson: Json, profile: string): void {
  demand(isObject(caseJson) && isList(caseJson['exhibits']), 'data/case.json: no exhibits');
  const exhibits = caseJson['exhibits'].map((each) => new Fields(each, 'exhibit', [], namesOf(each)));
  const { isPart } = aboutOf(caseJson).packet;
  const received = isPart ? [] : receivedPaths(caseJson['referral'] ?? null, exhibits);
  const paths = exhibits.filter((exhibit) => !exhibit.has('leftOut')).map((exhibit) => exhibit.text('path'));
  const beginning = (isPart ? BEGINNING_OF_PART : BEGINNING).flatMap((path) => {
    const more = MORE.find(({ behind, profiles }) => behind === path && profiles.includes(profile));
    return more === undefined ? [path] : [path, more.path];
  });
  const rest = [
    ...(paths.length === 0 ? [] : [VICS]),
    MESSAGES,
    ...stampPaths(caseJson['log'] ?? null),
    ...received,
    ...paths,
  ];
  demand(JSON.stringify([...files.keys()]) === JSON.stringify([...beginning, ...rest]), 'is another');
}

function namesOf(value: Json): string[] {
  return isObject(value) ? Object.keys(value) : [];
}

const SIGNATURE = ['version', 'desk', 'packet', 'tagManifestSha256', 'keyId', 'signature'];

function demandSigned(
  files: Files,
  trusted: Json,
  about: { readonly desk: string; readonly packet: string; readonly orderedAt: string },
): void {
  const fields = new Fields(parseCanonical(textOf(files, 'signature.json')), 'signature', SIGNATURE).version();
  const isOfThis = fields.text('desk') === about.desk && fields.text('packet') === about.packet;
  demand(isOfThis, 'is of another packet');
  const digest = sha256(textOf(files, 'tagmanifest-sha256.txt')).toString('hex');
  demand(fields.text('tagManifestSha256') === digest, 'is over another tag manifest');
  demandPacketSignature(fields, trusted, about.orderedAt);
}

const SUMMARY_SIGNATURE = ['version', 'desk', 'packet', 'sha256', 'caseSha256', 'keyId', 'signature'];

/** The PDF's own: over its digest and that of the case manifest. */
function demandSummarySigned(
  files: Files,
  trusted: Json,
  about: { readonly desk: string; readonly packet: string; readonly orderedAt: string },
): void {
  const json = parseCanonical(textOf(files, 'summary-signature.json'));
  const fields = new Fields(json, 'summary-signature', SUMMARY_SIGNATURE).version();
  const isOfThis = fields.text('desk') === about.desk && fields.text('packet') === about.packet;
  demand(isOfThis, 'is of another packet');
  const digests = ['data/summary.pdf', 'data/case.json'].map((path) => sha256(files.get(path) ?? ''));
  const said = [fields.text('sha256'), fields.text('caseSha256')];
  demand(String(said) === String(digests.map((each) => each.toString('hex'))), 'is of another PDF or case manifest');
  const { publicKey, to } = keyFor(readTrust(trusted), 'packets', fields.hex('keyId', 16).toString('hex'));
  demand(to === undefined || about.orderedAt <= to, 'its key had been replaced by then');
  const message = Buffer.concat([Buffer.from('referral-desk/summary/1\n'), ...digests]);
  demand(isSignedBy(publicKey, message, fields.base64('signature', 64)), 'does not hold');
}

/** Holds the signature of a signature.json, whose tag manifest may be elsewhere. */
export function demandPacketSignature(fields: Fields, trusted: Json, orderedAt: string): void {
  const trust = readTrust(trusted);
  demand(fields.text('desk') === trust.desk, 'is of another desk');
  const { publicKey, to } = keyFor(trust, 'packets', fields.hex('keyId', 16).toString('hex'));
  demand(to === undefined || orderedAt <= to, 'its key had been replaced by then');
  const digest = fromHex(fields.text('tagManifestSha256'), 32);
  const message = Buffer.concat([Buffer.from('referral-desk/packet/1\n'), digest]);
  demand(isSignedBy(publicKey, message, fields.base64('signature', 64)), 'does not hold');
}
