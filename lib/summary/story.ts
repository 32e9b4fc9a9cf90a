// What every section is given: the case, the referral, the sheet to write on, and what stands there already.
import type { Case, Exhibit } from '../packet/case.ts';
import type { Referral } from '../../schemas/index.ts';
import { profileOf, type Omission, type Profile } from '../profile/index.ts';
import type { Catalogue } from './language/index.ts';
import { groupFacts, type GroupFacts } from './facts.ts';
import type { Sheet } from './page.ts';
import { noteSeen, type Seen } from './seen.ts';
import type { Part } from './table.ts';

export interface Story {
  readonly case: Case;
  /** SHA-256 of the case manifest's canonical JSON, hex. */
  readonly caseSha256: string;
  readonly referral: Referral;
  /** What the desk says is said in these. */
  readonly words: Catalogue;
  /** Whom it is laid out for. */
  readonly profile: Profile;
  readonly leavesOut: (what: Omission) => boolean;
  readonly sheet: Sheet;
  readonly seen: Seen;
  readonly groups: readonly GroupFacts[];
  /** The exhibits of these bytes, or of this name. */
  readonly exhibitsOf: (attachment: {
    readonly sha256?: string | undefined;
    readonly path?: string | undefined;
  }) => Exhibit[];
  /** `G1` for a group's id; an id that the referral has no group for stands behind a label, since it may read `G1` as well. */
  readonly groupName: (id: string) => Part;
}

export function story(held: Case, caseSha256: string, referral: Referral, sheet: Sheet): Story {
  const { words } = sheet;
  const profile = profileOf(held.packet?.terms.profile ?? 'general');
  const groups = groupFacts(held, referral);
  const names = new Map(groups.map(({ group, name }) => [group.id, name]));
  return {
    case: held,
    caseSha256,
    referral,
    words,
    profile,
    leavesOut: (what) => profile.leftOut.includes(what),
    sheet,
    seen: noteSeen(),
    groups,
    exhibitsOf: finder(held.exhibits, referral),
    groupName: (id) => {
      const text = names.get(id);
      return text === undefined ? { text: id, label: words.common.id } : { text };
    },
  };
}

/** By digest where there is one: the same name may belong to other bytes. */
function finder(exhibits: readonly Exhibit[], { attachments = [] }: Referral): Story['exhibitsOf'] {
  const nameOf = (each: Exhibit): string | undefined => attachments[each.declared ?? -1]?.path ?? each.originalName;
  const byDigest = Map.groupBy(exhibits, ({ sha256 }) => sha256);
  const byName = Map.groupBy(exhibits, nameOf);
  return ({ sha256, path }) => {
    if (sha256 === undefined) return path === undefined ? [] : (byName.get(path) ?? []);
    const same = byDigest.get(sha256) ?? [];
    const named = same.filter((each) => nameOf(each) === path);
    return named.length > 0 ? named : same;
  };
}
