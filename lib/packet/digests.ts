// Which digests a packet's profile asks for: the files with them, the bag's manifests over them, and the e-Evidence manifest.
// Always true: SHA-256 is among them; what is asked for beside it costs one more reading of every file, exhibits among them.
import type { Core } from '../core.ts';
import { manifestText } from '../formats/bag.ts';
import type { Case } from './case.ts';
import { eEvidenceManifest } from './e-evidence.ts';
import { fileOf, withSha512, type PacketFile } from './packet-file.ts';
import { E_EVIDENCE, inOrder, profileIn } from './parts.ts';

/** What lies beneath data/, with the manifest that names all else there, where the profile asks for that. */
export async function payloadOf(
  core: Core,
  manifest: Case,
  files: readonly PacketFile[],
): Promise<readonly PacketFile[]> {
  const digested = await digestedFor(core, manifest, files);
  if (profileIn(manifest)?.eEvidence !== true) return digested;
  const sent = fileOf(E_EVIDENCE, eEvidenceManifest(manifest, new Map(digested.map((file) => [file.path, file]))));
  return inOrder([...digested, ...(await withSha512(core, [sent]))]);
}

/** With the digests that the profile asks for; SHA-256 they have. */
export async function digestedFor(
  core: Core,
  manifest: Case,
  files: readonly PacketFile[],
): Promise<readonly PacketFile[]> {
  return profileIn(manifest)?.digests.includes('sha512') === true ? withSha512(core, files) : files;
}

/** Over SHA-256, then over what else the profile asks for. */
export function manifestsOf(
  manifest: Case,
  name: 'manifest' | 'tagmanifest',
  files: readonly PacketFile[],
): [PacketFile, ...PacketFile[]] {
  const more = profileIn(manifest)?.digests.filter((digest) => digest !== 'sha256') ?? [];
  const made = (digest: 'sha256' | 'sha512'): PacketFile =>
    fileOf(`${name}-${digest}.txt`, manifestText(files, digest));
  return [made('sha256'), ...more.map(made)];
}
