// What may be claimed of the looking at an exhibit, by name: beside the forms, so that drawing them loads none.

/**
 * What is known of the looking at one exhibit (decision 9), and on whose word:
 * `entered`: looked at in full before the referral was finished, entered at the desk for exactly these bytes ·
 * `stated`: in full, by the submitter's own statement alone · `partly`: only a part, entered or stated ·
 * `statedNot`: the submitter states that nobody did · `unstated`: nothing is claimed.
 */
export const VIEWED = ['entered', 'stated', 'partly', 'statedNot', 'unstated'] as const;
export type ViewedState = (typeof VIEWED)[number];
