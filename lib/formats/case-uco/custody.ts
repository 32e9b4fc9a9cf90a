// The chain of custody in a CASE graph: of each act an InvestigativeAction, and a ProvenanceRecord of what it was about.
import { refToFile, refToReceived, refToWhole } from './files.ts';
import { refToActor, refToAgency } from './identities.ts';
import { dateTime, refTo, text, type Node, type Ref } from './node.ts';
import type { ToldAct, ToldCase } from './told.ts';

/** An act's two nodes, in the order of the chain. */
export function* custodyNodes(told: ToldCase): Generator<Node> {
  const subjectOf = subjects(told);
  let before: Ref | undefined;
  for (const act of told.custody.acts) {
    const subject = subjectOf(act);
    const refs = refsOf(told, act);
    yield actionNode(told, act, { ...refs, before }, subject);
    yield recordNode(told, act, refs, subject);
    before = refs.action;
  }
}

export function* custodyRefs(told: ToldCase): Generator<Ref> {
  for (const act of told.custody.acts) {
    const { action, record } = refsOf(told, act);
    yield action;
    yield record;
  }
}

/** An act's two nodes; each name takes a digest. */
interface Refs {
  readonly action: Ref;
  readonly record: Ref;
}

function refsOf({ referral }: ToldCase, { seq }: ToldAct): Refs {
  return {
    action: refTo('investigative-action', referral.id, String(seq)),
    record: refTo('provenance-record', referral.id, String(seq)),
  };
}

/** What an act is about. */
interface Subject {
  readonly ref: Ref;
  readonly exhibit: string | undefined;
}

/** One exhibit, where the case says so and has it; else the whole. The first act brings what was received. */
function subjects(told: ToldCase): (act: ToldAct) => Subject {
  const byName = new Map(told.exhibits.map((file) => [file.exhibit, refToFile(file)]));
  const looked = new Map(
    told.views.flatMap(({ seq, exhibit }) => (seq === undefined ? [] : [[seq, exhibit] as const])),
  );
  const [received, whole] = [refToReceived(told), refToWhole(told)];
  return ({ seq, act, exhibit = looked.get(seq) }) => {
    const file = byName.get(exhibit ?? '');
    return file === undefined ? { ref: act === 'open' ? received : whole, exhibit: undefined } : { ref: file, exhibit };
  };
}

/** Acts that bring what they are about: until then it was not there. */
const BRINGING: ReadonlySet<string> = new Set(['open', 'attach']);

function actionNode(
  told: ToldCase,
  act: ToldAct,
  { action, record, before }: Refs & { readonly before: Ref | undefined },
  { ref }: Subject,
): Node {
  const order = orderIn(told, act);
  return {
    '@id': action['@id'],
    '@type': 'case-investigation:InvestigativeAction',
    'uco-core:name': act.act,
    'uco-core:description': order && text(order.purpose),
    'uco-action:participant': order && refToAgency(order),
    'uco-action:startTime': dateTime(act.time),
    'uco-action:endTime': dateTime(act.time),
    'uco-action:performer': refToActor(told, act.actorId),
    'uco-action:object': BRINGING.has(act.act) ? undefined : ref,
    'uco-action:result': [ref, record],
    'case-investigation:wasInformedBy': before,
  };
}

/** The order of this packet is its last act: why, and for whom. */
function orderIn({ packet, custody }: ToldCase, act: ToldAct): ToldCase['packet'] {
  return act === custody.acts.at(-1) ? packet : undefined;
}

function recordNode({ referral }: ToldCase, act: ToldAct, { record }: Refs, { ref, exhibit }: Subject): Node {
  const number = exhibit ?? referral.id;
  return {
    '@id': record['@id'],
    '@type': 'case-investigation:ProvenanceRecord',
    'uco-core:description': `entry ${act.seq}: ${act.act}`,
    'uco-core:objectCreatedTime': dateTime(act.time),
    'case-investigation:exhibitNumber': number,
    'case-investigation:rootExhibitNumber': number,
    'uco-core:object': ref,
  };
}
