// Checks what the book says of filings: each call that was entered, the answers that are sealed, and rows against the entries they
// speak of.
import { createSecretKey } from 'node:crypto';
import { demand, fromBase64, sha256, wrong } from './bytes.ts';
import type { Link } from './check-chains.ts';
import { text, wordsOf, type Value } from './check-taken-in.ts';
import { commitmentWith, keyOf } from './derive.ts';
import type { Findings } from './findings.ts';
import type { Folder } from './folder.ts';
import { canonical, Fields, type Json } from './json.ts';
import { listsOf, type StoredRow } from './ledger.ts';

const STEPS = ['submit', 'upload', 'fileinfo', 'finish', 'retract'];
const STANDINGS = ['begun', 'done', 'refused', 'untaken', 'unclear', 'undelivered'];
const ANSWER = ['filing', 'attempt', 'step', 'n', 'status', 'answer'];
const ROW = ['id', 'referral', 'to', 'server', 'state', 'orders', 'deadline', 'attempt', 'orphans'];
const MORE = ['step', 'finishBegun', 'otherBytes', 'failure', 'ended', 'differing'];

/** What a `file-step` commits to. Where nothing is sealed beside it, it is one of the few things it can be. */
export function valuesOfStep(folder: Folder, link: Link, opened: readonly Buffer[]): readonly Value[] {
  if (opened.length === 0) return [stepAmong(folder, link, [...possible(folder, link)])];
  const words = wordsOf(opened, 0, ANSWER, ['requestId', 'reportId', 'fileId']);
  demand(words.count('status') >= 100 && words.count('status') < 600, 'its answer has no HTTP status');
  const body = fromBase64(words.text('answer'));
  const call = [words.id('filing'), words.count('attempt'), words.text('step'), words.count('n')];
  const steps = STANDINGS.map((standing) => [...call, standing]);
  return [stepAmong(folder, link, steps), { label: 'answer', type: 'sha256', value: sha256(body).toString('hex') }];
}

function stepAmong({ secrets }: Folder, { entry }: Link, steps: readonly Json[]): Value {
  const { chain, seq, commitments } = entry;
  // made once: Node takes its time over a key that is bytes, and there are thousands of steps
  const key = createSecretKey(
    keyOf(secrets.get(chain) ?? wrong('its secret is missing'), 'commit', chain, seq, 'step'),
  );
  const expected = commitments.get('step');
  const found = steps.find((step) => commitmentWith(key, 'step', 'text', step) === expected);
  return text('step', found ?? wrong('its call is none that there can be'));
}

function* possible({ ledger }: Folder, { entry }: Link): Generator<Json> {
  const of = (kind: string) => ledger.rows.filter((row) => row.kind === kind && row.chain === entry.chain);
  const files = of('attachment').length;
  for (const { id, value } of of('filing')) {
    const attempts = new Fields(value, 'filing', ROW, MORE).count('attempt');
    for (let attempt = 0; attempt <= attempts; attempt++)
      for (const step of STEPS)
        for (let n = 0; n <= files; n++) for (const standing of STANDINGS) yield [id, attempt, step, n, standing];
  }
}

// ── rows ──────────────────────────────────────────────────────────────────────────────────────────────────────────────

export function checkFilings(folder: Folder, links: readonly Link[], findings: Findings): void {
  const filings = folder.ledger.rows.filter(({ kind }) => kind === 'filing');
  for (const row of filings) {
    findings.attempt(`row filing/${row.id}`, () => {
      demandRow(row, links);
    });
  }
  const referrals = links.filter(({ entry }) => entry.act === 'order-filing').map(({ entry }) => entry.chain);
  const ordered = new Set(referrals).size;
  findings.expect(filings.length >= ordered, 'filings', 'are fewer than the referrals that were ordered to be filed');
}

/** Every order in the row is an entry, its last call and its end are where the row says, and it stands where its state says. */
function demandRow(row: StoredRow, links: readonly Link[]): void {
  const value = new Fields(row.value, 'filing', ROW, MORE);
  const referral = value.id('referral');
  demand(row.chain === referral && value.id('id') === row.id, 'is of another filing');
  const own = links
    .filter(({ entry }) => entry.chain === referral && entry.commitments.has(row.label))
    .map(({ entry }) => entry);
  const orders = value.list('orders').map((each) => new Fields(each, 'order', ['id', 'by', 'at', 'seq']));
  demand(orders[0]?.id('id') === row.id, 'is not named by its first order');
  const told = orders.map((each) => [each.text('by'), each.text('at'), each.count('seq')]);
  const entered = own.filter(({ act }) => act === 'order-filing').map(({ actorId, time, seq }) => [actorId, time, seq]);
  demand(canonical(told) === canonical(entered), 'its orders are not what was entered');
  demandPlaces(value, own);
  const lists = [`filings/${referral}`, ...(value.text('state') === 'ordered' ? ['open-filings'] : [])];
  const sort = orders[0].text('at');
  const lines = lists.map((list) => canonical({ list, sort }));
  demand(canonical(listsOf(row).map(canonical)) === canonical(lines), 'stands in other lists');
}

function demandPlaces(
  value: Fields,
  own: readonly { readonly act: string; readonly seq: number; readonly time: string }[],
): void {
  const [state, steps] = [value.text('state'), own.filter(({ act }) => act === 'file-step')];
  const isEnded = state === 'delivered' || state === 'refused' || state === 'undelivered';
  demand(isEnded === value.has('ended'), 'has ended, or has not, against its state');
  if (isEnded) {
    const ended = new Fields(value.any('ended'), 'ended', ['seq', 'at']);
    const last = steps.at(-1) ?? wrong('was ended by no entry');
    demand(ended.count('seq') === last.seq && ended.text('at') === last.time, 'was ended by another entry');
  }
  if (!value.has('step')) return;
  const step = new Fields(value.any('step'), 'step', ['name', 'n', 'standing', 'seq']);
  demand(STEPS.includes(step.text('name')) && STANDINGS.includes(step.text('standing')), 'is at no step');
  demand(
    steps.some(({ seq }) => seq === step.count('seq')),
    'its last call was never entered',
  );
}
