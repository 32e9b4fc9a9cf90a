// Exported custody: one chain word for word, and the proof that it stands in the log.
import { demand, fromBase64, fromHex, messageOf, same } from './bytes.ts';
import { demandNext, entryHash, readEntryText, type Entry } from './entry.ts';
import { Fields, type Json } from './json.ts';
import { demandConsistency, leafHash, rootByInclusion } from './merkle.ts';
import { readCheckpoint, type Checkpoint } from './signed.ts';
import { keysFor, readTrust } from './trust.ts';

const REQUIRED = ['version', 'desk', 'chain', 'entries'];
const OPTIONAL = ['checkpoint', 'inclusion', 'consistency'];

/** What is wrong with exported custody; `kept` is the head of the log as somebody saw it before, where one was kept. */
export function checkCustody(custody: Json, trust: Json, kept?: Pick<Checkpoint, 'size' | 'root'>): readonly string[] {
  try {
    const { desk, keys } = readTrust(trust);
    const fields = new Fields(custody, 'custody', REQUIRED, OPTIONAL).version();
    demand(fields.text('desk') === desk, 'custody: of another desk');
    const hashes = readChain(fields);
    const [origin = ''] = fields.text('checkpoint').split('\n');
    demand(/^[1-9][0-9]*$/.test(origin.replace(`referral-desk/${desk}/`, '')), 'custody: of another log');
    const head = readCheckpoint(fields.text('checkpoint'), origin, keysFor({ desk, keys }, 'log'));
    demandIncluded(fields, hashes, head);
    if (kept !== undefined) demandGrown(fields, kept, head);
    return [];
  } catch (error) {
    return [messageOf(error)];
  }
}

function readChain(fields: Fields): readonly string[] {
  let before: { readonly entry: Entry; readonly hash: string } | undefined;
  return fields.list('entries').map((text) => {
    demand(typeof text === 'string', 'custody: an entry is not text');
    const entry = readEntryText(text);
    demand(entry.desk === fields.text('desk') && entry.chain === fields.text('chain'), 'custody: a foreign entry');
    demandNext(entry, before);
    before = { entry, hash: entryHash(text) };
    return before.hash;
  });
}

function hashesOf(fields: Fields): readonly Buffer[] {
  return fields.list('hashes').map((hash) => fromBase64(typeof hash === 'string' ? hash : '', 32));
}

function demandIncluded(fields: Fields, hashes: readonly string[], head: Checkpoint): void {
  const inclusion = new Fields(fields.any('inclusion'), 'inclusion', ['seq', 'index', 'hashes']);
  const leaf = leafHash(fromHex(hashes[inclusion.count('seq')] ?? '', 32));
  const root = rootByInclusion(leaf, inclusion.count('index'), head.size, hashesOf(inclusion));
  demand(same(root, head.root), 'custody: its entry is not in the log');
}

function demandGrown(fields: Fields, kept: Pick<Checkpoint, 'size' | 'root'>, head: Checkpoint): void {
  const consistency = new Fields(fields.any('consistency'), 'consistency', ['size', 'hashes']);
  demand(consistency.count('size') === kept.size, 'custody: proved against another size');
  demandConsistency(kept, head, hashesOf(consistency));
}
