// The version of this program, read from its own package.json wherever it was built to.
import { readFileSync } from 'node:fs';

export function versionText(): string {
  for (const place of ['../../package.json', '../../../package.json']) {
    const found = readJson(new URL(place, import.meta.url));
    if (found?.name === 'referral-desk' && typeof found.version === 'string') return found.version;
  }
  return 'unknown';
}

function readJson(url: URL): { readonly name?: unknown; readonly version?: unknown } | undefined {
  try {
    return JSON.parse(readFileSync(url, 'utf8')) as object;
  } catch {
    return undefined;
  }
}
