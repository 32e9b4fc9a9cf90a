// What may be claimed of the looking at one exhibit (decision 9): what was entered at the desk comes first, then what the submitter
// states; nothing is ever made of silence.
import type { Attachment, Referral } from '../../schemas/index.ts';
import { isViewed, type ViewEvent } from '../view.ts';
import type { ViewedState } from './viewed-state.ts';

/**
 * @param said what the submitter says of the attachment (said.ts)
 * @param looks those entered at the desk, with the place of their entries
 * @param finishedSeq the finish entry's place; looks after it do not count
 */
export function viewedState(
  sha256: string,
  referral: Pick<Referral, 'viewEvents'>,
  said: Pick<Attachment, 'fileDetails'> | undefined,
  looks: readonly (Pick<ViewEvent, 'sha256' | 'extent'> & { readonly seq: number })[],
  finishedSeq: number | undefined,
): ViewedState {
  if (isViewed(sha256, looks, finishedSeq)) return 'entered';
  const stated = (referral.viewEvents ?? []).filter((event) => event.sha256 === sha256).map(({ extent }) => extent);
  const flag = said?.fileDetails?.fileViewedByEsp;
  if (flag === true || stated.includes('full')) return 'stated';
  const counted = looks.filter((look) => look.sha256 === sha256 && look.seq < (finishedSeq ?? Infinity));
  const extents = [...stated, ...counted.map(({ extent }) => extent)];
  if (extents.some((extent) => extent === 'partial' || extent === 'thumbnail')) return 'partly';
  return flag === false || extents.includes('none') ? 'statedNot' : 'unstated';
}
