// What an agency answers to a packet, and what it signs of that.
import { Fields, canonical, type Json } from './json.ts';
import { demand } from './bytes.ts';

const REASONS = new Set([
  ...['inquiryOpened', 'addedToInquiry', 'childSafeguarded', 'arrest', 'passedOn'],
  ...['knownAlready', 'noOffence', 'notEnough', 'other'],
]);

/** The list that is committed to, and with the desk before it signed. */
export function answerOf(said: Fields): readonly Json[] {
  const [answer, reason] = [said.text('answer'), said.optionalText('reason')];
  demand(['received', 'triaged', 'outcome'].includes(answer), 'answer: not known');
  demand((answer === 'outcome') === (reason !== undefined), 'answer: a reason belongs to an outcome');
  demand(reason === undefined || REASONS.has(reason), 'answer: its reason is not known');
  const rest = ['caseNumber', 'note'].map((name) => said.optionalText(name) ?? null);
  return [said.id('packet'), answer, reason ?? null, ...rest];
}

/** The bytes that the agency signs. */
export function answerMessage(desk: string, said: Fields): Buffer {
  return Buffer.from(`referral-desk/acknowledgement/1\n${canonical([desk, ...answerOf(said)])}`);
}
