// Goes over a whole data folder with nothing of the product: chains, sealed objects, commitments, rows, log, keys.
import { checkChains } from './check-chains.ts';
import { checkFilings } from './check-filings.ts';
import { checkLawful } from './check-lawful.ts';
import { checkLog } from './check-log.ts';
import { checkObjects } from './check-objects.ts';
import { checkPackets } from './check-packets.ts';
import { checkDestroyed } from './check-destroyed.ts';
import { checkRows } from './check-rows.ts';
import { Findings, type Finding } from './findings.ts';
import { openFolder } from './folder.ts';

/** Everything that is wrong with a data folder; nothing when all of it holds. Writes nothing. */
export function checkFolder(dir: string, options: { readonly passphrase?: string } = {}): readonly Finding[] {
  const findings = new Findings();
  const folder = openFolder(dir, options.passphrase, findings);
  if (folder === undefined) return findings.all;
  const links = checkChains(folder, findings);
  checkObjects(folder, links, findings);
  checkRows(folder, links, findings);
  checkPackets(folder, links, findings);
  checkFilings(folder, links, findings);
  checkLawful(folder, links, findings);
  checkLog(folder, links, findings);
  checkDestroyed(folder, links, findings);
  return findings.all;
}
