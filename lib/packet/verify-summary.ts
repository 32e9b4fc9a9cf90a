// Verifying a packet, its PDF: the bag that the desk signed holds it beside this case manifest, and names just this manifest.
import { bagInfo } from '../formats/bag.ts';
import { infoLabels } from './parts.ts';
import { CASE, type Told } from './told.ts';

/** Code: packet/info. */
export function checkSummary({ report, files, manifest }: Told): void {
  const content = files.get('bag-info.txt')?.content;
  const caseSha256 = files.get(CASE)?.sha256 ?? '';
  const made = bagInfo(infoLabels(manifest, caseSha256), []);
  const isSame = content === undefined || labelsOf(Buffer.from(content).toString('utf8')) === labelsOf(made);
  if (!isSame) report.say('packet/info', 'bag-info.txt');
  report.note(`Every page of data/summary.pdf must print this digest of the case manifest: ${caseSha256}`);
  report.leave(
    'summary-words',
    'The words of the PDF and of README.txt were not read: what counts is data/case.json and what lies beside it.',
  );
}

/** All but its last line, Payload-Oxum, which is held against the files. */
function labelsOf(text: string): string {
  return text.slice(0, text.lastIndexOf('\n', text.length - 2) + 1);
}
