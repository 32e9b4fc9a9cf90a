// Answers of the CyberTipline door: XML, and called application/xml, which is the one type that all clients read.
import { writeAnswer, type Answer } from '../../formats/cybertipline/answer.ts';
import { sized } from '../answer.ts';
import { PHRASES } from './codes.ts';

const TYPE = 'application/xml;charset=UTF-8';

/** An answer of NCMEC's form. */
export function xml(status: number, answer: Answer, headers: Record<string, string> = {}): Response {
  return sized(status, writeAnswer(answer), { 'Content-Type': TYPE, ...headers });
}

/** @param facts what this endpoint answers beside it */
export function success(facts: {
  readonly reportId?: string;
  readonly fileId?: string;
  readonly hash?: string;
}): Response {
  return xml(200, { root: 'reportResponse', code: 0, description: PHRASES[0], ...facts });
}

/** A document as it is: the schema. */
export function document(text: string): Response {
  return sized(200, text, { 'Content-Type': TYPE });
}
