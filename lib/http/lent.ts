// Sealed bytes lent instead of answered: to who says that she takes that (Accept), where the desk's vault answers readers by itself.
import { LENT_TYPE } from '../lend.ts';
import { json } from './answer.ts';
import type { Call } from './table.ts';

export function mayLend({ desk, request }: Pick<Call, 'desk' | 'request'>): boolean {
  const accepted = (request.headers.get('accept') ?? '').split(',').map((each) => each.split(';')[0]?.trim());
  return desk.lends && accepted.includes(LENT_TYPE);
}

export function lentJson(value: object): Response {
  return json(200, value, { 'Content-Type': LENT_TYPE });
}
