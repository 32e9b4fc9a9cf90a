// Who asks. A key is shown as a bearer token (RFC 6750); at the machine itself the house may act without one.
import type { Caller } from '../access.ts';
import type { Desk } from '../desk.ts';
import { DeskError } from '../errors.ts';

export type Authenticate = (request: Request) => Promise<Caller>;

/** Callers with a key, and nobody else: what any door that others can reach must use. */
export function byKey(desk: Pick<Desk, 'authenticate'>): Authenticate {
  return async (request) => {
    const key = bearerOf(request.headers);
    if (key === undefined) throw unknown();
    return desk.authenticate(key);
  };
}

/** The header by which somebody at the machine says as whom the house acts. */
export const HOUSE_ROLE = 'Desk-House-Role';
const HOUSE_ROLES = ['reporter', 'supervisor', 'auditor', 'operator'] as const;

/**
 * Callers with a key, or the house in the role that `Desk-House-Role` names. Only for doors that none but the folder's owner can
 * reach: its socket, and its own process.
 */
export function byKeyOrHouse(desk: Pick<Desk, 'authenticate' | 'houseCaller'>): Authenticate {
  const shown = byKey(desk);
  return async (request) => {
    if (request.headers.has('authorization')) return shown(request);
    const role = HOUSE_ROLES.find((each) => each === request.headers.get(HOUSE_ROLE));
    if (role === undefined) throw unknown();
    return desk.houseCaller(role);
  };
}

function bearerOf(headers: Headers): string | undefined {
  return /^Bearer +([A-Za-z0-9._~+/-]+=*)$/i.exec(headers.get('authorization') ?? '')?.[1];
}

function unknown(): DeskError {
  return new DeskError('access/unauthenticated', 'Show a key of this desk that has not been revoked.');
}
