// The bag in a packet: its texts made again from its files and compared.
import { demand, digestOf } from './bytes.ts';
import { Fields, type Json } from './json.ts';

export type Files = ReadonlyMap<string, Buffer>;

export type Digest = 'sha256' | 'sha512';

export interface About {
  /** Over which its files are listed. */
  readonly digests: readonly Digest[];
  readonly desk: string;
  readonly packet: string;
  readonly referral: string;
  readonly orderedAt: string;
  readonly handling: readonly string[];
  readonly isPart: boolean;
  /** As the terms of the packet say. */
  readonly encryption: Json;
}

const BAGIT = 'BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n';

/** What a tag manifest cannot list: tag manifests, and what is signed over one. */
export function isBeside(path: string): boolean {
  return /^tagmanifest-sha(?:256|512)\.txt$/.test(path) || path === 'signature.json';
}

export function demandBag(files: Files, about: About): void {
  const text = (path: string): string | undefined => files.get(path)?.toString('utf8');
  const paths = [...files.keys()];
  const payload = paths.filter(isPayload);
  const tags = paths.filter((path) => !isPayload(path) && !isBeside(path));
  demand(text('bagit.txt') === BAGIT, 'bag: bagit.txt is another');
  for (const digest of about.digests) {
    const [manifest, tagManifest] = ['manifest', 'tagmanifest'].map((name) => text(`${name}-${digest}.txt`));
    demand(manifest === manifestOf(files, payload, digest), 'bag: the manifest is not that of the files');
    demand(tagManifest === manifestOf(files, tags, digest), 'bag: the tag manifest is not that of the files');
  }
  demand(text('bag-info.txt') === infoOf(files, payload, about), 'bag: bag-info.txt is another');
}

function isPayload(path: string): boolean {
  return path.startsWith('data/');
}

/** A manifest over these files. Names of packets have nothing that would have to be encoded. */
export function manifestOf(files: Files, paths: readonly string[], digest: Digest): string {
  const sorted = paths.toSorted((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
  return sorted.map((path) => `${digestOf(digest, files.get(path) ?? Buffer.alloc(0))}  ${path}\n`).join('');
}

export function infoOf(files: Files, payload: readonly string[], about: About): string {
  const bytes = payload.reduce((sum, path) => sum + (files.get(path)?.length ?? 0), 0);
  return [
    `Source-Organization: Referral desk ${about.desk}`,
    `External-Description: ${about.isPart ? 'A part' : 'Case packet'} of a referral; signed, ${secrecyOf(about.encryption)}`,
    `Bagging-Date: ${about.orderedAt.slice(0, 10)}`,
    `External-Identifier: ${about.referral}`,
    `Internal-Sender-Identifier: ${about.packet}`,
    `Handling-Codes: ${about.handling.length === 0 ? 'none stated' : about.handling.join(' ')}`,
    `Case-Manifest-SHA256: ${digestOf('sha256', files.get('data/case.json') ?? Buffer.alloc(0))}`,
    `Payload-Oxum: ${bytes}.${payload.length}`,
    '',
  ].join('\n');
}

const METHODS: Readonly<Record<string, string>> = { age: 'age', cms: 'CMS', openpgp: 'OpenPGP' };

function secrecyOf(encryption: Json): string {
  if (encryption === 'none') return 'not encrypted';
  const to = new Fields(encryption, 'encryption', ['method', 'recipient']);
  const method = METHODS[to.text('method')];
  demand(method !== undefined, 'encrypted in no known way');
  return `delivered encrypted with ${method} to the key ${to.text('recipient')}`;
}
