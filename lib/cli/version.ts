// The version of this program, read from its own package.json wherever it was built to.
import { createRequire } from 'node:module';

export function versionText(): string {
  for (const place of ['../../package.json', '../../../package.json']) {
    const found = readJson(place);
    if (found?.name === 'referral-desk' && typeof found.version === 'string') return found.version;
  }
  return 'unknown';
}

/** By `require`, since importing node:fs makes its streams too. */
function readJson(place: string): { readonly name?: unknown; readonly version?: unknown } | undefined {
  try {
    return createRequire(import.meta.url)(place) as object;
  } catch {
    return undefined;
  }
}
