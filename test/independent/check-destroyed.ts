// Checks that what was destroyed is destroyed everywhere: entry, secret, list, lookup rows, certificate.
import { endedOf, type Link } from './check-chains.ts';
import type { Findings } from './findings.ts';
import type { Folder } from './folder.ts';

/**
 * A `destroy` entry, a destroyed secret, a line in destroyed.txt and a certificate go together. Only where a backup was restored
 * that is older than the destruction, the `destroy` entry is lost and the certificate alone says so.
 */
export function checkDestroyed(folder: Folder, links: readonly Link[], findings: Findings): void {
  const { ledger, secrets, destroyed } = folder;
  const chains = new Set(links.map(({ entry }) => entry.chain));
  const ended = endedOf(links);
  const certified = new Set(ledger.rows.filter(({ kind }) => kind === 'certificate').map(({ id }) => id));
  const found = new Set(ledger.rows.filter(({ kind }) => kind === 'lookup').map(({ chain }) => chain));
  for (const [owner, secret] of secrets) {
    const gone = secret === undefined;
    findings.expect(gone === destroyed.has(owner), `secret of ${owner}`, 'is not as destroyed.txt says');
    const stated = ended.has(owner) || certified.has(owner);
    if (gone && chains.has(owner)) findings.expect(stated, `secret of ${owner}`, 'went without an entry');
  }
  for (const chain of chains) {
    const where = `referral ${chain}`;
    findings.expect(secrets.has(chain), `secret of ${chain}`, 'is missing');
    if (ended.has(chain)) findings.expect(certified.has(chain), where, 'was destroyed without a certificate');
    if (ended.has(chain) || certified.has(chain)) {
      findings.expect(!found.has(chain), where, 'was destroyed and still has a lookup row');
      findings.expect(secrets.get(chain) === undefined, where, 'was certified destroyed and still has its secret');
    }
  }
}
