// Who looked at what, and what is claimed of it: both made again from the chain and the referral.
import type { Entry } from './entry.ts';
import { Fields, isList, isObject, type Json, type JsonObject } from './json.ts';
import type { Shown } from './messages.ts';
import { wrong } from './bytes.ts';

function statedIn(document: JsonObject): readonly JsonObject[] {
  return isList(document['viewEvents']) ? document['viewEvents'].filter(isObject) : [];
}

/** The claim about one SHA-256. `said` is what the referral declares of the attachment. */
export function viewedOf(
  sha256: string,
  document: JsonObject,
  said: JsonObject | undefined,
  views: readonly JsonObject[],
  finished: number,
): string {
  const extents = (looks: readonly JsonObject[]) =>
    looks.filter((look) => look['sha256'] === sha256).map((look) => look['extent']);
  const isCounted = ({ source, seq }: JsonObject) => source === 'desk' && typeof seq === 'number' && seq < finished;
  const [entered, stated] = [extents(views.filter(isCounted)), extents(statedIn(document))];
  const details = said?.['fileDetails'];
  const flag = isObject(details) ? details['fileViewedByEsp'] : undefined;
  const all = [...entered, ...stated];
  if (entered.includes('full')) return 'entered';
  if (flag === true || stated.includes('full')) return 'stated';
  if (all.includes('partial') || all.includes('thumbnail')) return 'partly';
  return flag === false || all.includes('none') ? 'statedNot' : 'unstated';
}

const LOOK = ['source', 'seq', 'sha256', 'viewer', 'from', 'extent', 'afterFinish'];

/** All looks: those of the chain as they are told, in its order, none left out; then those of the referral. */
export function viewsOf(
  document: JsonObject,
  entries: readonly Entry[],
  told: readonly Json[],
  exhibits: readonly Shown[],
): Json {
  const finished = entries.find(({ act }) => act === 'finish')?.seq ?? Infinity;
  const named = (sha256: Json): JsonObject => {
    const exhibit = exhibits.findLast((each) => each.sha256 === sha256)?.exhibit;
    return exhibit === undefined ? {} : { exhibit };
  };
  const looks = entries.filter(({ act }) => act === 'view');
  const entered = looks.map(({ seq }, index) => {
    const { value } = new Fields(told[index], 'view', LOOK, ['to', 'exhibit']);
    const { exhibit, ...look } = value;
    if (exhibit === null) wrong('view: no exhibit');
    return { ...look, ...named(look['sha256'] ?? null), source: 'desk', seq, afterFinish: seq > finished };
  });
  const stated = statedIn(document).map((event) => {
    const some = ['sha256', 'viewer', 'from', 'to', 'extent'].filter((name) => event[name] !== undefined);
    const kept = Object.fromEntries(some.map((name) => [name, event[name] ?? null]));
    return { source: 'referral', ...kept, ...named(event['sha256'] ?? null), afterFinish: false };
  });
  return [...entered, ...stated];
}
