// Evidence and words are opened for a person who may read them, and orders are held against them.
import { answering } from './answering.ts';
import { bundledFont } from './fonts.ts';
import { knownRecipients } from './recipients.ts';
import { start } from './start.ts';

export const handler = answering(
  'reading',
  start('reading', { font: bundledFont, recipients: knownRecipients(process.env) }),
);
