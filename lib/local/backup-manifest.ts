// The manifest of one part of a backup: which backup it is a part of, of which desk, and when it must be gone.
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { DeskError } from '../errors.ts';

const manifestSchema = z.strictObject({
  version: z.literal(1),
  id: z.string(),
  desk: z.string().min(1),
  madeAt: z.iso.datetime(),
  expiresAt: z.iso.datetime(),
  part: z.enum(['data', 'secrets']),
});
export type Manifest = z.infer<typeof manifestSchema>;

const MANIFEST = 'backup.json';

/** @throws the system's own error where one is there already */
export async function writeManifest(folder: string, manifest: Manifest): Promise<void> {
  await writeFile(join(folder, MANIFEST), `${JSON.stringify(manifest, undefined, 2)}\n`, { mode: 0o600, flag: 'wx' });
}

/** @throws DeskError desk/damaged (none, another part's, unreadable), desk/newer */
export async function readManifest(folder: string, part: Manifest['part']): Promise<Manifest> {
  const text = await readFile(join(folder, MANIFEST), 'utf8').catch((cause: unknown) => {
    throw new DeskError(
      'desk/damaged',
      `There is no backup.json in the ${part} part: name the folder a backup was made in.`,
      { cause },
    );
  });
  const value = parseJson(text);
  const manifest = manifestSchema.safeParse(value);
  if (manifest.success && manifest.data.part === part) return manifest.data;
  if (z.object({ version: z.int().min(2) }).safeParse(value).success) {
    throw new DeskError('desk/newer', 'This backup was made by a newer program. Use that one.');
  }
  throw new DeskError('desk/damaged', `This is not the ${part} part of a backup, or its backup.json is damaged.`);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
