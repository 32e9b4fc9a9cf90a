// What the clock says aloud: a deadline of a law that nears or has passed with nothing done, a referral that is kept longer than a law
// allows, a notice of clearance that nobody has acknowledged. Each is said, then entered: what nobody heard is said again.
import { append, daysAfter, rowsOf, type Core, type RowDraft } from './core.ts';
import { DeskError, isCode } from './errors.ts';
import { noticeRow, OPEN_NOTICES, readNotice, type NoticeRecord } from './notice.ts';
import { DESK, type StoredRow } from './ports.ts';
import { chainOf, readReferral } from './referral.ts';
import { readRegimes, regimeRow, REMIND_LIST, reminderAt, type RegimeRecord, type Reminder } from './regime/record.ts';

/**
 * Reminds of all that is due, and answers of how much. One that fails does not stop the others.
 * @param unheard is told of each failure
 */
export async function remindAll(core: Core, unheard: (error: unknown) => void): Promise<number> {
  let reminded = 0;
  const remind = async (work: () => Promise<boolean>): Promise<void> => {
    try {
      if (await work()) reminded++;
    } catch (error) {
      if (!isCode(error, 'absent/destroyed')) unheard(error);
    }
  };
  const now = core.now().toISOString();
  for (const { value } of await dueBy(core, REMIND_LIST, now))
    await remind(() => remindOfRegime(core, value as unknown as RegimeRecord));
  for (const { value } of await dueBy(core, OPEN_NOTICES, now))
    await remind(() => remindOfNotice(core, value as unknown as NoticeRecord));
  return reminded;
}

async function dueBy(core: Core, list: string, now: string): Promise<StoredRow[]> {
  const due: StoredRow[] = [];
  for await (const row of rowsOf(core, list)) {
    if ((row.lists.find((each) => each.list === list)?.sort ?? '') > now) return due;
    due.push(row);
  }
  return due;
}

const SAID: Readonly<Record<Reminder, { readonly code: string; readonly message: string }>> = {
  due: { code: 'regime/due', message: 'A deadline of a law nears, and what it asks for is not done: see the status.' },
  late: { code: 'regime/late', message: 'A deadline of a law has passed, and what it asks for is not done.' },
  over: { code: 'regime/over', message: 'A law does not allow this to be kept any longer; another may ask for it.' },
};

async function remindOfRegime(core: Core, { referral, law }: RegimeRecord): Promise<boolean> {
  const { state } = await readReferral(core, referral);
  if (state !== 'open' && state !== 'finished') return false;
  const find = async (): Promise<RegimeRecord | undefined> =>
    (await readRegimes(core, referral)).find((each) => each.law === law);
  const first = await find();
  const what = first && reminderAt(first, core.now().toISOString());
  if (first === undefined || what === undefined) return false;
  await core.alarm({ ...SAID[what], where: `referral ${referral}, ${law}` });
  return enter(core, referral, async (at) => {
    const record = (await find()) ?? first;
    return record.told[what] === undefined ? regimeRow({ ...record, told: { ...record.told, [what]: at } }) : undefined;
  });
}

async function remindOfNotice(core: Core, { id, referral }: NoticeRecord): Promise<boolean> {
  const { state } = await readReferral(core, referral);
  if (state !== 'finished' || (await readNotice(core, id)).acknowledged !== undefined) return false;
  await core.alarm({
    code: 'clear/unacknowledged',
    where: `notice ${id}`,
    message: 'A notice of clearance is not acknowledged: see "notices", and tell them by other means.',
  });
  return enter(core, referral, async (at) => {
    const record = await readNotice(core, id);
    const remindAt = daysAfter(new Date(at), core.settings.noticeAgainDays).toISOString();
    return record.acknowledged === undefined ? noticeRow({ ...record, remindAt }) : undefined;
  });
}

/** False where it has been said or has become needless meanwhile. */
async function enter(
  core: Core,
  referral: string,
  rowAt: (at: string) => Promise<RowDraft | undefined>,
): Promise<boolean> {
  try {
    await append(core, await chainOf(core, referral), async (_seq, at) => {
      const row = await rowAt(at.toISOString());
      if (row === undefined) throw new DeskError('state/exists', 'It needs no saying any more.');
      return { act: 'remind', actorId: DESK, put: [row] };
    });
    return true;
  } catch (error) {
    if (isCode(error, 'state/exists')) return false;
    throw error;
  }
}
