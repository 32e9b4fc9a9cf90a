// Who may act is carried over: whoever was revoked is so at the new place too, and a person who signs in elsewhere is found there by a row made anew.
// Always true: what was done is left as it is, so that it may be begun again.
import { isRevoked, markRevoked, openWords, personLookup, recordRevoked, type ActorRecord } from './actors.ts';
import { append, rowsOf, type Core } from './core.ts';
import { lookupKeysOf, lookupRow } from './lookup.ts';
import { DESK } from './ports.ts';
import { chainOf } from './referral.ts';

/** @returns how many persons are found at the new place */
export async function carryActors(old: Core, fresh: Core): Promise<number> {
  let persons = 0;
  for await (const { value } of rowsOf(fresh, 'actors')) {
    const record = value as unknown as ActorRecord;
    if (await isRevoked(old, record.id)) {
      await markRevoked(fresh, record.id);
      if (record.revokedAt === undefined) await recordRevoked(fresh, DESK, record.id); // it was cut short
      continue;
    }
    if (record.signsIn === undefined) continue;
    await renewPerson(old, fresh, record);
    persons++;
  }
  return persons;
}

/** Her old row stayed behind: it is made of the old lookup key. */
async function renewPerson(old: Core, fresh: Core, { id, seq }: ActorRecord): Promise<void> {
  if ((await lookupKeysOf(fresh, id)).length > 0) return; // an earlier try did
  const { signIn } = await openWords(old, seq);
  if (signIn === undefined) return;
  const row = lookupRow(await personLookup(fresh, signIn), id, { actor: id });
  await append(fresh, await chainOf(fresh, DESK), () =>
    Promise.resolve({ act: 'move', actorId: DESK, put: [row], absent: [row] }),
  );
}
