// Arguments as they must look: what is not an id, a number or a time is wrong use, found before anything is asked of a desk.
import { InvalidArgumentError } from 'commander';
import { UsageError } from './failure.ts';

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

export function referralOf(text: string): string {
  return idOf(text, 'A referral');
}

/** @throws UsageError */
export function idOf(text: string, what: string): string {
  const id = text.toLowerCase();
  if (!UUID.test(id))
    throw new UsageError(`${what} is named by the id the desk gave it, such as 0f0e0d0c-0b0a-4908-8706-050403020100.`);
  return id;
}

/** A commander parser. */
export function wholeNumber(text: string): number {
  if (!/^[0-9]{1,9}$/.test(text)) throw new InvalidArgumentError('Give a whole number.');
  return Number(text);
}

/** A commander parser of whole numbers between two. */
export function numberFrom(least: number, most: number): (text: string) => number {
  return (text) => {
    const number = wholeNumber(text);
    if (number < least || number > most) {
      throw new InvalidArgumentError(`Give a whole number from ${least} to ${most}.`);
    }
    return number;
  };
}

const TIME = /^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]+)?(?:Z|[+-][0-9]{2}:[0-9]{2})$/;

/** A commander parser: RFC 3339 with its zone. */
export function zonedTime(text: string): string {
  if (!TIME.test(text) || Number.isNaN(Date.parse(text))) {
    throw new InvalidArgumentError('Give a time with its zone, such as 2026-11-22T09:30:00+01:00.');
  }
  return text;
}

/** A commander parser. */
export function sha256Text(text: string): string {
  const digest = text.toLowerCase();
  if (!/^[0-9a-f]{64}$/.test(digest)) throw new InvalidArgumentError('Give a SHA-256 as 64 hexadecimal digits.');
  return digest;
}
