// Who and by what right, in a CASE graph: the desk, those who acted, the reporter, the agency, and the order's legal basis.
import { dateTime, nameOf, refTo, text, type Node, type Ref } from './node.ts';
import type { ToldCase, ToldOrder } from './told.ts';

/** @param actorId whose act it was; `desk` for what the desk does by itself */
export function refToActor({ desk }: ToldCase, actorId: string): Ref {
  return refTo('identity', actorId === 'desk' ? desk : actorId);
}

export function refToAgency({ agency }: ToldOrder): Ref {
  return refTo('organization', agency.id, 'agency');
}

export function refToAuthorization({ id }: ToldOrder): Ref {
  return refTo('authorization', id);
}

export function* identityNodes({ desk, actors, custody, referral, packet }: ToldCase): Generator<Node> {
  yield identity('identity', desk, undefined, `referral desk ${desk}`, 'desk');
  for (const { id, name, role } of actors) yield identity('identity', id, undefined, name, role);
  const told = new Set(['desk', ...actors.map(({ id }) => id)]);
  const untold = custody.acts.map(({ actorId }) => actorId).filter((id) => !told.has(id));
  for (const id of new Set(untold)) yield identity('identity', id, undefined, undefined, 'actor');
  yield identity('organization', referral.reporter, 'reporter', undefined, 'reporting organisation');
  if (packet !== undefined) yield identity('organization', packet.agency.id, 'agency', packet.agency.name, 'agency');
}

function identity(
  kind: 'identity' | 'organization',
  id: string,
  part: string | undefined,
  name: string | undefined,
  role: string,
): Node {
  return {
    '@id': nameOf(kind, id, part),
    '@type': kind === 'identity' ? 'uco-identity:Identity' : 'uco-identity:Organization',
    'uco-core:name': name && text(name),
    'uco-core:description': role,
  };
}

/** By what right the packet is handed over, in the words of the order. */
export function* authorizationNodes({ packet }: ToldCase): Generator<Node> {
  if (packet === undefined) return;
  yield {
    ...refToAuthorization(packet),
    '@type': 'case-investigation:Authorization',
    'case-investigation:authorizationType': text(packet.legalBasis),
    'uco-core:startTime': dateTime(packet.orderedAt),
  };
}
