// What an order selects, held against the referral it is about, and put into the desk's own names: attachments by their ids in the
// order of exhibits, parts by JSON pointers.
// Always true: what tells which referral it is, and how it may be used, is never left out.
import type { PacketRequest, Referral } from '../../schemas/index.ts';
import type { Core } from '../core.ts';
import { partsOf } from '../custody.ts';
import { vouchedDeclaredOf } from '../declared.ts';
import { DeskError, type Finding } from '../errors.ts';
import { attachmentsOf } from '../referral.ts';
import { fieldOf } from './disclosure.ts';
import { exhibitName } from './exhibit-path.ts';
import type { Selection } from './terms.ts';

const KEPT = new Set(['/incidentSummary', '/handling']);

/** @throws DeskError input/invalid (no such attachment or part, or one that is never left out) */
export async function resolveSelection(
  core: Core,
  owner: string,
  referral: Referral,
  asked: PacketRequest['selection'],
): Promise<Selection | undefined> {
  const { files, leaveOut } = asked ?? {};
  if (files === undefined && (leaveOut ?? []).length === 0) return undefined;
  const ids = files === undefined ? [] : await exhibitIds(core, owner);
  const places = new Map(ids.flatMap((id, n) => [[id, n] as const, [exhibitName(n), n] as const]));
  demandKnown('files', files ?? [], (file) => places.has(file));
  const pointers = pointersOf(referral);
  demandKnown('leaveOut', leaveOut ?? [], (pointer) => pointers.has(pointer) && !KEPT.has(pointer));
  const chosen = new Set((files ?? []).map((file) => places.get(file)));
  return {
    ...(files === undefined ? {} : { files: ids.filter((_, n) => chosen.has(n)) }),
    ...(leaveOut === undefined || leaveOut.length === 0 ? {} : { leaveOut: [...new Set(leaveOut)].sort() }),
  };
}

/** Attachments in the order of exhibits: as the referral declares them, then as they arrived. */
async function exhibitIds(core: Core, owner: string): Promise<string[]> {
  const declared = new Map((await vouchedDeclaredOf(core, owner)).map(({ id }, n) => [id, n]));
  const arrived = await attachmentsOf(core, owner);
  const placeOf = (id: string): number => declared.get(id) ?? Infinity;
  const sorted = arrived.toSorted((a, b) => {
    const [first, second] = [placeOf(a.attachment), placeOf(b.attachment)];
    return first === second ? a.seq - b.seq : first - second;
  });
  return sorted.map(({ attachment }) => attachment);
}

/** Every part, and every field that has parts. */
function pointersOf(referral: Referral): ReadonlySet<string> {
  const parts = partsOf({ ...referral }).map(({ pointer }) => pointer);
  return new Set(parts.flatMap((pointer) => [pointer, fieldOf(pointer)]));
}

function demandKnown(name: string, asked: readonly string[], isKnown: (each: string) => boolean): void {
  const findings = asked.flatMap((each, n): Finding[] => {
    const message = 'Name what the referral has, and neither its incident nor its handling.';
    return isKnown(each) ? [] : [{ code: 'unknown', path: `/selection/${name}/${n}`, message }];
  });
  if (findings.length === 0) return;
  throw new DeskError('input/invalid', 'The selection names what the referral has not, or what is never left out.', {
    findings,
  });
}
