// custody/openings.json: what ties the packet's files to the chain. Each opens one commitment and nothing else; the packet opens what
// it shows: the referral, every exhibit and what was described of it, the list that was finished, the looks, the findings that clear, the
// originator's consent, the order.
import * as z from 'zod';
import type { Chain } from '../core.ts';
import { documentLabel, type Entry } from '../custody.ts';
import { openingOf, openingOfDocument, openingSchema, type Opening } from '../receipt.ts';
import { bySeqOf } from './case.ts';
import type { GatheredExhibit } from './gather.ts';

export const openingsSchema = z.strictObject({ version: z.literal(1), openings: z.array(openingSchema) });

/** Which commitments of an act a packet opens, and of what type. */
const OPENED: Readonly<Record<string, readonly { readonly label: string; readonly type: Opening['type'] }[]>> = {
  attach: [{ label: 'sha256', type: 'sha256' }],
  'describe-file': [
    { label: 'original', type: 'sha256' },
    { label: 'details', type: 'text' },
  ],
  clear: [{ label: 'clearance', type: 'text' }],
  'withdraw-clearance': [{ label: 'withdrawal', type: 'text' }],
  finish: [{ label: 'contents', type: 'root' }],
  view: [
    { label: 'viewed', type: 'sha256' },
    { label: 'view', type: 'text' },
  ],
};

/**
 * @param last the entry that ordered the packet: of the orders before it nothing is opened
 * @param looks of a packet that shows a part, the looks it tells of: then what was received is not opened, and no document key is given,
 *   by which one could try what was left out
 * @param consent the entry of the originator's consent that the order names: it and every end after it are opened
 */
export function openingsFor(
  chain: Chain,
  entries: readonly Entry[],
  exhibits: readonly GatheredExhibit[],
  last: number,
  { looks, consent }: { readonly looks?: ReadonlySet<number> | undefined; readonly consent?: number | undefined } = {},
): Opening[] {
  const shown = exhibits.map(({ exhibit }) => exhibit);
  const attachments = bySeqOf(shown, ({ attachment }) => attachment);
  return entries.flatMap((entry) => {
    if (entry.act === 'open') return openingsOfReferral(chain, entry, looks !== undefined);
    if (entry.seq === last) return [openingOf(chain, entry, 'order', 'text')];
    if (isOfConsent(entry)) return openingsOfConsent(chain, entry, consent);
    const attachment = attachments.get(entry.seq);
    if (looks !== undefined && !isShown(entry, attachment, looks)) return [];
    const opened = OPENED[entry.act] ?? [];
    return opened
      .filter(({ label }) => looks === undefined || label !== 'original')
      .map(({ label, type }) => ({
        ...openingOf(chain, entry, label, type),
        ...(attachment === undefined ? {} : { attachment }),
      }));
  });
}

function openingsOfReferral(chain: Chain, entry: Entry, isPart: boolean): Opening[] {
  if (isPart) return [openingOf(chain, entry, documentLabel(entry), 'root')];
  return [openingOf(chain, entry, 'original', 'sha256'), openingOfDocument(chain, entry)];
}

function isOfConsent({ act }: Entry): boolean {
  return act === 'consent' || act === 'end-consent';
}

function openingsOfConsent(chain: Chain, entry: Entry, consent: number | undefined): Opening[] {
  if (consent === undefined || entry.seq < consent) return [];
  if (entry.act === 'end-consent') return [openingOf(chain, entry, 'ends', 'text')];
  return entry.seq === consent ? [openingOf(chain, entry, 'consent', 'text')] : [];
}

function isShown({ act, seq }: Entry, attachment: string | undefined, looks: ReadonlySet<number>): boolean {
  if (act === 'view') return looks.has(seq);
  return act === 'finish' || act === 'clear' || act === 'withdraw-clearance' || attachment !== undefined;
}
