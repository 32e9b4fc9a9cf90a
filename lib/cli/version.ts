// The version of this program, read from its own package.json wherever it was built to.
import { readFileSync } from 'node:fs';
import { z } from 'zod';

const schema = z.object({ name: z.literal('referral-desk'), version: z.string() });

export function versionText(): string {
  for (const place of ['../../package.json', '../../../package.json']) {
    const found = schema.safeParse(readJson(new URL(place, import.meta.url)));
    if (found.success) return found.data.version;
  }
  return 'unknown';
}

function readJson(url: URL): unknown {
  try {
    return JSON.parse(readFileSync(url, 'utf8')) as unknown;
  } catch {
    return undefined;
  }
}
