// Who asks: whom a key belongs to, whom an issuer of tokens vouches for, or who acts for the house. Always true: an actor whom the book does not vouch
// for, or who was revoked, is nobody.
import type { SignIn } from '../schemas/index.ts';
import type { Caller, Role } from './access.ts';
import { HOUSE_LIST, isRevoked, personLookup, type ActorRecord } from './actors.ts';
import { rowsOf, type Core } from './core.ts';
import { DeskError } from './errors.ts';
import { sha256 } from './formats/canonical.ts';
import { sameBytes } from './formats/derive.ts';
import type { StoredRow } from './ports.ts';
import { isVouched } from './vouch.ts';

export type { SignIn };

const KEY = /^rdk_([0-9a-f]{8})([0-9a-f]{4})([0-9a-f]{4})([0-9a-f]{4})([0-9a-f]{12})_([A-Za-z0-9_-]{43})$/;

/**
 * Who shows this key. The same answer, in the same time, whatever is wrong with it: only to whom it belongs is more looked at.
 * @throws DeskError access/unauthenticated
 */
export async function authenticate(core: Core, key: string): Promise<Caller> {
  const [, a, b, c, d, e, secret = ''] = KEY.exec(key) ?? [];
  const row = await core.ledger.row({ kind: 'actor', id: [a, b, c, d, e].join('-') });
  const record = row?.value as unknown as ActorRecord | undefined;
  const expected = Buffer.from(record?.keySha256 ?? '00'.repeat(32), 'hex');
  const isRight = sameBytes(sha256(Buffer.from(secret, 'base64url')), expected);
  if (isRight && row !== undefined && record?.keySha256 !== undefined && (await mayAct(core, row))) {
    return callerOf(record, false);
  }
  throw new DeskError('access/unauthenticated', 'Show a key of this desk that has not been revoked.');
}

/**
 * Whom an issuer vouches for. The same answer whatever is wrong; what she signs in as is taken for proved.
 * @param signIn `iss` and `sub` of a token that was checked: its signature, for whom it is, and its time
 * @throws DeskError access/unauthenticated
 */
export async function authenticatePerson(core: Core, signIn: SignIn): Promise<Caller> {
  const found = await core.ledger.row(await personLookup(core, signIn));
  const row = await core.ledger.row({ kind: 'actor', id: (found?.value['actor'] as string | undefined) ?? '' });
  if (found !== undefined && row !== undefined) {
    const [isFound, may] = await Promise.all([isVouched(core, found), mayAct(core, row)]);
    if (isFound && may) return callerOf(row.value as unknown as ActorRecord, false);
  }
  throw new DeskError('access/unauthenticated', 'Nobody who may act here signs in so: ask the operator of the desk.');
}

/** The house's own actor of a role, as a caller. @throws DeskError absent/actor */
export async function houseCaller(core: Core, role: Role): Promise<Caller> {
  for await (const row of rowsOf(core, HOUSE_LIST)) {
    const record = row.value as unknown as ActorRecord;
    if (record.role === role && (await mayAct(core, row))) return callerOf(record, true);
  }
  throw new DeskError('absent/actor', `The house has no ${role} of its own: show a key.`);
}

/** Whether the book vouches for an actor's row, and neither it nor the list of the destroyed says that she was revoked. */
async function mayAct(core: Core, row: StoredRow): Promise<boolean> {
  if (row.value['revokedAt'] !== undefined || (await isRevoked(core, row.id))) return false;
  return isVouched(core, row);
}

function callerOf(record: ActorRecord, isHouse: boolean): Caller {
  const { id, role, organisation, agency } = record;
  return {
    actorId: id,
    role,
    isHouse,
    ...(organisation === undefined ? {} : { organisation }),
    ...(agency === undefined ? {} : { agency }),
  };
}
