// The desk looks at what was sent past it: opens it, takes its digests, and holds them against what was declared. Only then is it an
// attachment like any other; what does not hold is an alarm and an entry, and counts as never received.
import { attachDraft } from '../attach.ts';
import { append, daysAfter, entryAt, rowsOf, type Chain, type Core } from '../core.ts';
import { commitment, commitmentKey, type Entry } from '../custody.ts';
import { FileDigester, PieceRoot, type Digests } from '../digests.ts';
import { DeskError, isCode } from '../errors.ts';
import { openMessage, type MessageKey } from '../formats/message/index.ts';
import { usedUp } from '../formats/used-up.ts';
import { readingOnce } from '../once.ts';
import { attemptEach, type Failures } from '../packet/failures.ts';
import { DESK, type StoredEntry } from '../ports.ts';
import { chainOf, demandOpen, readReferral } from '../referral.ts';
import { objectKey, sealJson, type SealedFile } from '../seal.ts';
import { wordsOf } from '../words.ts';
import {
  endedUpload,
  objectOf,
  openWords,
  readUpload,
  UNPROVED_UPLOADS,
  uploadRow,
  type Refusal,
  type SlotWords,
  type UploadRecord,
} from './record.ts';

/** How much was looked at, and what came of it. */
export interface Inspected {
  readonly proved: number;
  readonly refused: number;
}

/**
 * Looks at all that is complete. What cannot be looked at raises an alarm, once for each code, and is tried again later.
 * @param failures what failed before, kept by whoever asks again
 * @throws DeskError alarm/failed, after all were looked at, when somebody could not be told
 */
export async function inspect(core: Core, failures: Failures): Promise<Inspected> {
  const sizes = new Map<string, number>();
  for await (const { id, value } of rowsOf(core, UNPROVED_UPLOADS)) sizes.set(id, Number(value['sizeBytes']));
  const inspected = { proved: 0, refused: 0 };
  const attempts = {
    failures,
    now: core.now,
    tell: (id: string, code: string) => tell(core, id, code),
    atOnce: AT_ONCE,
  };
  const small = gathering();
  await attemptEach([...sizes.keys()], attempts, async (id) => {
    const look = (sizes.get(id) ?? 0) <= SMALL_BYTES ? small() : { isOver: () => Promise.resolve() };
    const outcome = await core
      .inTurn(`upload ${id}`, () => inspectOne(readingOnce(core), id, look.isOver))
      .finally(() => void look.isOver());
    if (outcome !== undefined) inspected[outcome]++;
  });
  return inspected;
}

const AT_ONCE = 8;
/** Larger files wait for nobody. */
const SMALL_BYTES = 64 * 1024 * 1024;

/**
 * Those who look at the same time wait for each other once they have looked, so that their words go into one pack.
 * @returns begins a look; `isOver` ends it, however often it is asked
 */
function gathering(): () => { readonly isOver: () => Promise<void> } {
  let looking = 0;
  let waiting: (() => void)[] = [];
  const goOn = (): void => {
    if (looking > 0) return;
    for (const resolve of waiting) resolve();
    waiting = [];
  };
  return () => {
    looking++;
    let ended: Promise<void> | undefined;
    const isOver = (): Promise<void> => {
      ended ??= new Promise((resolve) => {
        waiting.push(resolve);
        looking--;
        goOn();
      });
      return ended;
    };
    return { isOver };
  };
}

async function tell(core: Core, id: string, code: string): Promise<void> {
  const message = `A file that was sent directly could not be looked at (${code}); the desk tries again by itself.`;
  await core.alarm({ code: 'upload/not-inspected', where: `upload ${id}`, message });
}

/** Undefined where there is nothing to be looked at any more. */
async function inspectOne(
  core: Core,
  id: string,
  hasLooked: () => Promise<void>,
): Promise<'proved' | 'refused' | undefined> {
  const record = await readUpload(core, id);
  if (record.state !== 'unproved' || record.completed === undefined) return undefined;
  const chain = await chainOf(core, record.referral);
  const { stored, entry } = await entryAt(core, record.referral, record.completed.seq);
  const key = await objectKey(core, objectOf(record));
  const found = await look(core, record, key);
  const why = found === undefined ? 'unreadable' : refusalOf(found.digests, record, isDeclared(chain, entry));
  if (found === undefined || why !== undefined) return refuse(core, chain, record, why ?? 'unreadable');
  const words = { ...(await openWords(key, record)), ...(await saidLater(core, stored)) };
  await hasLooked();
  return prove(core, chain, record, words, found);
}

/** Whether this is the SHA-256 that the entry which completed a slot commits to. */
function isDeclared({ secret, owner }: Chain, { seq, commitments }: Entry): (sha256: string) => boolean {
  const key = commitmentKey(secret, owner, seq, 'declared');
  return (sha256) => commitment(key, 'declared', 'sha256', sha256) === commitments['declared'];
}

/** What was said of the file when it was complete, sealed beside the entry of that. */
async function saidLater(core: Core, stored: StoredEntry): Promise<SlotWords> {
  return wordsOf<SlotWords>(core, stored);
}

interface Found {
  readonly digests: Digests;
  /** As an entry carries it. */
  readonly sealed: string;
}

/** Reads it once, in memory that does not grow with it; undefined where it is not sealed for this slot. */
async function look(core: Core, record: UploadRecord, key: MessageKey): Promise<Found | undefined> {
  const object = objectOf(record);
  const [root, digester] = [new PieceRoot(), new FileDigester(core.digestsBeside, record.sizeBytes)];
  async function* ciphertext(): AsyncGenerator<Uint8Array> {
    for await (const chunk of core.vault.get(object.place.name)) yield root.add(chunk);
  }
  try {
    let seen = 0;
    const plain = usedUp(digester.through(openMessage(key, usedUp(ciphertext()))));
    for await (const chunk of plain) seen += chunk.length;
    const digests = await digester.end();
    return seen === digests.sizeBytes ? { digests, sealed: root.end() } : undefined;
  } catch (error) {
    if (isCode(error, 'sealed/damaged') || isCode(error, 'sealed/unsupported')) return undefined;
    throw error;
  }
}

function refusalOf(
  found: Digests,
  { sizeBytes }: UploadRecord,
  isDeclared: (sha256: string) => boolean,
): Refusal | undefined {
  if (found.sizeBytes !== sizeBytes) return 'size';
  return isDeclared(found.sha256) ? undefined : 'digest';
}

/** From here on it is an attachment like any other, locked for as long. */
async function prove(
  core: Core,
  chain: Chain,
  record: UploadRecord,
  { name, contentType }: SlotWords,
  found: Found,
): Promise<'proved' | undefined> {
  const { id, attachment } = record;
  const words = {
    version: 1,
    attachment,
    declared: 'sha256',
    ...found.digests,
    ...(name === undefined ? {} : { name }),
    ...(contentType === undefined ? {} : { contentType }),
  };
  const sealed: SealedFile = {
    file: { record: objectOf(record), sealed: found.sealed },
    words: await sealJson(core, chain, words),
    digests: found.digests,
  };
  await core.vault.extendLock(id, daysAfter(core.now(), core.settings.lockDays), new Date(record.lockedUntil));
  try {
    await append(core, chain, async (seq, at) => {
      const now = await demandUnproved(core, id);
      const draft = attachDraft({ actorId: DESK }, chain, attachment, sealed, seq, at);
      const ended = { seq, at: at.toISOString() };
      return { ...draft, put: [...draft.put, uploadRow(endedUpload(now, 'proved', ended))] };
    });
    return 'proved';
  } catch (error) {
    if (!isCode(error, 'state/exists')) throw error;
    return settle(core, chain, id);
  }
}

async function demandUnproved(core: Core, id: string): Promise<UploadRecord> {
  const record = await readUpload(core, id);
  if (record.state !== 'unproved') throw new DeskError('state/exists', 'It was looked at meanwhile.');
  demandOpen(await readReferral(core, record.referral));
  return record;
}

/** Another process was first, or the attachment came by another way meanwhile: then the slot is not needed any more. */
async function settle(core: Core, chain: Chain, id: string): Promise<undefined> {
  if ((await readUpload(core, id)).state !== 'unproved') return;
  await append(core, chain, async (seq, at) => {
    const ended = endedUpload(await demandUnproved(core, id), 'ended', { seq, at: at.toISOString() });
    return { act: 'end-upload', actorId: DESK, put: [uploadRow(ended)] };
  });
}

/** Somebody is told first: a mismatch that nobody heard of is said again. */
async function refuse(core: Core, chain: Chain, { id }: UploadRecord, why: Refusal): Promise<'refused' | undefined> {
  await core.alarm({
    code: 'upload/mismatch',
    where: `upload ${id}`,
    message:
      'A file that was sent directly is not what its sender declared: it counts as not received; ask for it again.',
  });
  const entered = append(core, chain, async (seq, at) => {
    const now = await demandUnproved(core, id);
    const row = uploadRow(endedUpload(now, 'refused', { seq, at: at.toISOString(), why }));
    return { act: 'refuse-upload', actorId: DESK, put: [row] };
  });
  return entered.then(
    () => 'refused',
    (error: unknown) => {
      if (isCode(error, 'state/exists')) return undefined;
      throw error;
    },
  );
}
