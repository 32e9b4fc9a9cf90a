// What goes wrong between the desk and NCMEC, and what the desk makes of it: what surely had no effect is tried again, what may have had
// it is asked about, what is refused is refused, and nothing of it is silent.
import { describe, expect, it } from '@jest/globals';
import { SETTINGS } from '../../../lib/core.ts';
import { DeskError } from '../../../lib/errors.ts';
import type { FilingStatus } from '../../../lib/index.ts';
import type { RecipientAnswer } from '../../../lib/ports.ts';
import { noise } from '../../material.ts';
import { countOf, filingDesk, HOUR_MS, type FilingDesk } from './material.ts';
import { answerOf, lost, refusal, tally, unreached, type Fault } from './ncmec-double.ts';

const STEPS = ['/submit', '/upload', '/fileinfo', '/finish'] as const;

async function ordered(
  options: Parameters<typeof filingDesk>[0] = {},
): Promise<{ test: FilingDesk; referral: string }> {
  const test = await filingDesk(options);
  const referral = await test.refer([noise('a.jpg', 100)]);
  await test.order(referral);
  return { test, referral };
}

/** The first `times` calls of this path meet the fault. */
function once(path: string, fault: Fault, times = 1): FilingDesk['ncmec']['between'] {
  return (called, n) => (called === path && n < times ? fault : undefined);
}

function cut({ body, ...answer }: RecipientAnswer): RecipientAnswer {
  return { ...answer, body: body.subarray(0, body.length - 20) };
}

const textOf = (shown: FilingStatus['refusal']): string => Buffer.from(shown?.answer ?? '', 'base64').toString();

const empty = (status: number): RecipientAnswer => answerOf(status, '');

describe('what surely had no effect', () => {
  const faults: [string, Fault][] = [
    ['nobody is there', { before: unreached }],
    ['NCMEC asks for fewer calls (429)', { instead: empty(429) }],
  ];
  it.each(STEPS.flatMap((step) => faults.map(([name, fault]) => ({ step, name, fault }))))(
    'is tried again in the same report: $name at $step',
    async ({ step, fault }) => {
      const { test, referral } = await ordered();
      test.ncmec.between = once(step, fault, 3);
      const status = await test.settle(referral);
      expect(status).toMatchObject({ state: 'delivered', reports: 1, orphans: 0 });
      expect(tally(test.ncmec)).toEqual({ finished: 1, open: 0, retracted: 0 });
      expect(test.alarms.map(({ code }) => code)).toEqual(['filing/failed']);
    },
  );

  it.each([1110, 1111])('is tried again where NCMEC says that an upload failed (%i)', async (code) => {
    const { test, referral } = await ordered();
    test.ncmec.between = once('/upload', { instead: refusal(code, 500) }, 2);
    expect(await test.settle(referral)).toMatchObject({ state: 'delivered', reports: 1 });
  });

  it('adds no entry for as long as nobody is there', async () => {
    const { test, referral } = await ordered();
    test.ncmec.between = (path) => (path === '/status' || path === '/submit' ? { before: unreached } : undefined);
    for (let minutes = 0; minutes < 120; minutes++) {
      await test.deliver();
      test.pass(60_000);
    }
    expect(await countOf(test, referral, 'file-step')).toBe(2);
    test.ncmec.between = () => undefined;
    expect(await test.settle(referral)).toMatchObject({ state: 'delivered', reports: 1, orphans: 0 });
  });

  it('is tried again after 1, 2, 4 … seconds, each a little longer than the last, and about five minutes at most', async () => {
    const { test } = await ordered();
    const tries: number[] = [];
    test.ncmec.between = (path) => {
      if (path === '/status' || path === '/submit') tries.push(test.ports.now().getTime());
      return { before: unreached };
    };
    for (let seconds = 0; seconds < 3600; seconds++) {
      await test.deliver();
      test.pass(1000);
    }
    const rests = tries.slice(1).map((at, n) => at - (tries[n] ?? 0));
    for (const [n, rest] of rests.entries()) {
      const least = Math.min(300_000, 1000 * 2 ** n);
      expect([rest >= least, rest <= 2 * least + 1000]).toEqual([true, true]);
    }
    expect(rests.length).toBeGreaterThan(10);
  });
});

describe('what surely had no effect in many filings at once', () => {
  it('is not tried again by all of them at the same moment', async () => {
    const test = await filingDesk();
    for (let n = 0; n < 8; n++) await test.order(await test.refer([]));
    const tries = new Map<number, number>();
    test.ncmec.between = (path) => {
      const at = test.ports.now().getTime();
      if (path === '/status') tries.set(at, (tries.get(at) ?? 0) + 1);
      return { before: unreached };
    };
    for (let n = 0; n < 200; n++) {
      await test.deliver();
      test.pass(10);
    }
    expect(Math.max(...tries.values())).toBeLessThan(8);
    expect(tries.size).toBeGreaterThan(2);
  });
});

describe('what may have had its effect', () => {
  const faults: [string, Fault][] = [
    ['the connection is cut before it arrives', { before: lost }],
    ['the connection is cut before the answer', { after: lost }],
    ['the answer is cut short', { change: cut }],
    ['something between answers 503 after it arrived', { change: () => answerOf(503, '<html>busy</html>') }],
    ['something between answers 500', { change: () => empty(500) }],
    ['NCMEC answers 500 with a code', { instead: refusal(1000, 500) }],
    ['the answer is a page in HTML', { change: () => answerOf(200, '<html>ok</html>') }],
    ['the answer has no end', { after: () => new DeskError('recipient/unreadable', 'Too long.') }],
  ];
  it.each(STEPS.flatMap((step) => faults.map(([name, fault]) => ({ step, name, fault }))))(
    'is asked about, and filed exactly once: $name at $step',
    async ({ step, fault }) => {
      const { test, referral } = await ordered();
      test.ncmec.between = once(step, fault);
      const status = await test.settle(referral);
      expect(status.state).toBe('delivered');
      expect(status.orphans).toBe(step === '/submit' ? 1 : 0);
      const { finished, open } = tally(test.ncmec);
      expect([finished, open <= status.orphans]).toEqual([1, true]);
      const codes = test.alarms.map(({ code }) => code);
      const isLost = status.isReceiptLost === true ? ['filing/receipt-lost'] : [];
      expect(codes).toEqual(['filing/failed', ...isLost]);
    },
  );

  it('is asked until there is an answer', async () => {
    const { test, referral } = await ordered();
    const faults: Fault[] = [{ after: lost }, { instead: empty(502) }, { before: unreached }, { change: cut }];
    test.ncmec.between = (path, n) =>
      path === '/finish' ? { after: lost } : path === '/retract' ? faults[n] : undefined;
    expect(await test.settle(referral)).toMatchObject({ state: 'delivered', reports: 1, isReceiptLost: true });
    expect(tally(test.ncmec)).toEqual({ finished: 1, open: 0, retracted: 0 });
  });

  it('says that the answer to finish is lost, and keeps the one by which NCMEC says that it has the report', async () => {
    const { test, referral } = await ordered();
    test.ncmec.between = once('/finish', { after: lost });
    const { isReceiptLost, receipt } = await test.settle(referral);
    expect(isReceiptLost).toBe(true);
    expect(Buffer.from(receipt?.answer ?? '', 'base64').toString()).toContain('5102');
  });
});

describe('other bytes', () => {
  const wrong: Fault = {
    change: (answer) => ({
      ...answer,
      body: Buffer.from(
        Buffer.from(answer.body)
          .toString()
          .replace(/<hash>./, '<hash>x'),
      ),
    }),
  };
  it('at NCMEC than were sent are taken back, and sent in a new report', async () => {
    const { test, referral } = await ordered();
    test.ncmec.between = once('/upload', wrong, 2);
    expect(await test.settle(referral)).toMatchObject({ state: 'delivered', reports: 3 });
    expect(tally(test.ncmec)).toEqual({ finished: 1, open: 0, retracted: 2 });
  });

  it('are sent five times at most', async () => {
    const { test, referral } = await ordered();
    test.ncmec.between = once('/upload', wrong, Infinity);
    const status = await test.settle(referral);
    expect(status).toMatchObject({ state: 'refused', failure: { code: 'recipient/other-bytes' }, reports: 5 });
    expect(tally(test.ncmec)).toEqual({ finished: 0, open: 0, retracted: 5 });
  });

  it('are counted by themselves: reports that failed before for other reasons take nothing from the five', async () => {
    const { test, referral } = await ordered();
    test.ncmec.between = (path, n) =>
      path !== '/upload' ? undefined : n < 6 ? { before: lost } : n < 10 ? wrong : undefined;
    expect(await test.settle(referral)).toMatchObject({ state: 'delivered', reports: 11 });
  });

  it('are sent five times again when it is ordered again', async () => {
    const { test, referral } = await ordered();
    test.ncmec.between = once('/upload', wrong, Infinity);
    for (const reports of [5, 10]) {
      expect(await test.settle(referral)).toMatchObject({ state: 'refused', reports });
      await test.order(referral);
    }
    test.ncmec.between = () => undefined;
    expect(await test.settle(referral)).toMatchObject({ state: 'delivered', reports: 11 });
  });

  it('in the list of the answer to finish are told, and shown, and it is delivered all the same', async () => {
    const { test, referral } = await ordered();
    const change = ({ body, ...answer }: RecipientAnswer): RecipientAnswer => {
      return {
        ...answer,
        body: Buffer.from(
          Buffer.from(body)
            .toString()
            .replace(/<fileId>.*<\/fileId>/, ''),
        ),
      };
    };
    test.ncmec.between = once('/finish', { change });
    expect(await test.settle(referral)).toMatchObject({ state: 'delivered', differing: 1 });
    expect(test.alarms.map(({ code }) => code)).toEqual(['filing/files-differ']);
    const { filings } = await test.desk().status(await test.as('auditor'), referral);
    expect(filings).toMatchObject([{ differing: 1 }]);
  });
});

describe('what NCMEC refuses', () => {
  it.each(STEPS.flatMap((step) => [4000, 4100, 4110, 4200, 5002].map((code) => ({ step, code }))))(
    'is not sent again, and the report is taken back: $code at $step',
    async ({ step, code }) => {
      const { test, referral } = await ordered();
      let asked = 0;
      test.ncmec.between = (path) => (path === step && ++asked > 0 ? { instead: refusal(code) } : undefined);
      const status = await test.settle(referral);
      expect(status).toMatchObject({ state: 'refused', failure: { code: 'recipient/refused' } });
      expect(textOf(status.refusal)).toContain(`<responseCode>${code}</responseCode>`);
      expect(tally(test.ncmec)).toEqual({ finished: 0, open: 0, retracted: step === '/submit' ? 0 : 1 });
      expect(test.alarms.map((alarm) => alarm.code)).toEqual(['filing/refused']);
      test.pass(200 * HOUR_MS);
      expect([await test.desk().deliverFilings(), asked]).toEqual([0, 1]);
    },
  );

  it('can be read word for word by its reporter and a supervisor, and by nobody else; once it is filed it is gone', async () => {
    const { test, referral } = await ordered();
    const instead = refusal(4100);
    test.ncmec.between = (path, n) => (path === '/fileinfo' && n === 0 ? { instead } : undefined);
    const { refusal: shown, receipt, failure } = await test.settle(referral);
    expect(shown).toMatchObject({ status: 400, requestId: instead.requestId, at: failure?.at });
    expect(textOf(shown)).toBe(Buffer.from(instead.body).toString());
    expect(receipt).toBeUndefined();
    const seenBy = async (actor: 'reporter' | 'auditor') =>
      (await test.desk().filings(await test.as(actor), referral)).items.map((each) => each.refusal);
    expect([await seenBy('reporter'), await seenBy('auditor')]).toEqual([[shown], [undefined]]);
    await test.order(referral);
    const delivered = await test.settle(referral);
    expect([delivered.state, delivered.refusal]).toEqual(['delivered', undefined]);
  });

  it('is shown also where it has no body; where nobody answered there is none', async () => {
    const { test, referral } = await ordered();
    test.ncmec.between = () => ({ instead: empty(401) });
    expect((await test.settle(referral)).refusal).toMatchObject({ status: 401, answer: '' });
    const other = await ordered();
    other.test.ncmec.between = () => ({ before: unreached });
    expect((await other.test.settle(other.referral)).refusal).toBeUndefined();
  });

  it('is refused where the code stands in an answer of success, as older servers give it', async () => {
    const { test, referral } = await ordered();
    test.ncmec.between = once('/submit', { instead: refusal(4100, 200) });
    expect(await test.settle(referral)).toMatchObject({ state: 'refused' });
  });

  it.each([
    ['an empty 401', empty(401)],
    ['a 401 with XML', refusal(1000, 401)],
    ['a 403', empty(403)],
    ['code 3100', refusal(3100)],
  ])('for its credentials ends it with that reason: %s', async (_name, instead) => {
    for (const step of STEPS) {
      const { test, referral } = await ordered();
      test.ncmec.between = (path) => (path === step || path === '/retract' ? { instead } : undefined);
      const status = await test.settle(referral);
      expect(status).toMatchObject({ state: 'refused', failure: { code: 'recipient/credentials' } });
      test.ncmec.between = () => undefined;
      expect(await test.order(referral)).toMatchObject({ filingId: status.filingId, isNew: true });
      expect(await test.settle(referral)).toMatchObject({ state: 'delivered' });
      expect(tally(test.ncmec)).toEqual({ finished: 1, open: 0, retracted: 0 });
    }
  });

  it.each([301, 302, 404, 405, 413])('is what a wrong URL answers too: %i', async (code) => {
    const { test, referral } = await ordered();
    test.ncmec.between = once('/submit', { instead: answerOf(code, '<html></html>') });
    expect(await test.settle(referral)).toMatchObject({ state: 'refused', failure: { code: 'recipient/refused' } });
  });

  it('is refused also where it does not let the report be taken back, and that is asked again when it is ordered again', async () => {
    const { test, referral } = await ordered();
    test.ncmec.between = (path, n) =>
      path === '/fileinfo' && n === 0
        ? { instead: refusal(4100) }
        : path === '/retract' && n === 0
          ? { instead: refusal(4000) }
          : undefined;
    expect(await test.settle(referral)).toMatchObject({ state: 'refused' });
    expect(tally(test.ncmec)).toEqual({ finished: 0, open: 1, retracted: 0 });
    await test.order(referral);
    expect(await test.settle(referral)).toMatchObject({ state: 'delivered', reports: 2 });
    expect(tally(test.ncmec)).toEqual({ finished: 1, open: 0, retracted: 1 });
  });
});

describe('time', () => {
  it('that has run out for a report at NCMEC is not gone on in: another is begun', async () => {
    const { test, referral } = await ordered();
    test.ncmec.between = once('/fileinfo', { before: unreached });
    await test.deliver();
    test.pass(25 * HOUR_MS);
    expect(await test.settle(referral)).toMatchObject({ state: 'delivered', reports: 2 });
    expect(test.ncmec.heard.filter((path) => path === '/fileinfo')).toHaveLength(1);
    expect(tally(test.ncmec).finished).toBe(1);
  });

  it('that is over ends what never got through as undelivered, with its reason and an alarm', async () => {
    const { test, referral } = await ordered();
    test.ncmec.between = () => ({ before: unreached });
    const status = await test.settle(referral);
    expect(status).toMatchObject({ state: 'undelivered', failure: { code: 'recipient/unreached' } });
    expect(Date.parse(status.endedAt ?? '') - Date.parse(status.orderedAt)).toBeGreaterThanOrEqual(72 * HOUR_MS);
    expect(test.alarms.map(({ code }) => code)).toEqual(['filing/failed', 'filing/undelivered']);
  });

  it('that is over begins no further report, but asks about the last one', async () => {
    const { test, referral } = await ordered({ settings: { ...SETTINGS, fileWithinHours: 1 } });
    test.ncmec.between = once('/upload', { after: lost }, Infinity);
    const status = await test.settle(referral);
    expect(status).toMatchObject({ state: 'undelivered', failure: { code: 'recipient/lost' } });
    expect(tally(test.ncmec).finished).toBe(0);
  });

  it('that passed while the desk stood still does not keep it from trying once', async () => {
    const { test, referral } = await ordered();
    test.pass(100 * HOUR_MS);
    expect(await test.settle(referral)).toMatchObject({ state: 'delivered' });
  });

  it('of what was undelivered begins anew when it is ordered again, and what may have been filed is asked about first', async () => {
    const { test, referral } = await ordered();
    test.ncmec.between = (path) =>
      path === '/finish' ? { after: lost } : path === '/retract' ? { before: lost } : undefined;
    const before = await test.settle(referral);
    expect(before.state).toBe('undelivered');
    test.ncmec.between = () => undefined;
    await test.order(referral);
    expect(await test.settle(referral)).toMatchObject({ state: 'delivered', reports: 1, isReceiptLost: true });
    expect(tally(test.ncmec)).toEqual({ finished: 1, open: 0, retracted: 0 });
  });
});

describe('one server and another of its name', () => {
  const other = 'https://other.example.org/ispws';
  const moved = (test: FilingDesk, server: string): void => {
    Object.assign(test.ncmec.recipient, { server });
    test.revive();
  };

  it('are two: what stands half done with one is not gone on with at the other', async () => {
    const { test, referral } = await ordered();
    test.ncmec.between = once('/upload', { before: unreached });
    await test.deliver();
    const heard = test.ncmec.heard.length;
    moved(test, other);
    test.pass(60_000);
    await test.deliver();
    expect(test.ncmec.heard).toHaveLength(heard);
    expect((await test.filing(referral)).failing?.code).toBe('absent/recipient');
  });

  it('are filed with one by one: what the test system has, production has not', async () => {
    const { test, referral } = await ordered();
    await test.settle(referral);
    moved(test, other);
    expect(await test.order(referral)).toMatchObject({ isNew: true });
    await test.deliver();
    const { items } = await test.desk().filings(await test.as('supervisor'), referral);
    expect(new Set(items.map(({ server }) => server))).toEqual(new Set(['https://ncmec.example.org/ispws', other]));
    expect(items.map(({ state }) => state)).toEqual(['delivered', 'delivered']);
  });

  it('are told apart by whoever orders', async () => {
    const test = await filingDesk();
    const referral = await test.refer([]);
    const asked = test.desk().orderFiling(await test.as('supervisor'), referral, { to: 'ncmec', server: other });
    await expect(asked).rejects.toMatchObject({ code: 'absent/recipient' });
  });
});

describe('a claim that it was filed', () => {
  it('is not believed of a report that the desk never finished', async () => {
    const { test, referral } = await ordered();
    test.ncmec.between = (path) =>
      path === '/upload' ? { before: lost } : path === '/retract' ? { instead: refusal(5102) } : undefined;
    expect((await test.settle(referral)).state).toBe('refused');
    expect(tally(test.ncmec).finished).toBe(0);
  });
});

describe('a report that gets nowhere', () => {
  it('is begun again twenty times at most', async () => {
    const { test, referral } = await ordered();
    test.ncmec.between = (path) => (path === '/upload' ? { instead: empty(500) } : undefined);
    expect(await test.settle(referral)).toMatchObject({ state: 'undelivered', reports: 20 });
    expect(tally(test.ncmec)).toEqual({ finished: 0, open: 0, retracted: 20 });
  });
});

describe('a call that takes long', () => {
  it('holds up no other filing, and ends with the desk', async () => {
    const { test } = await ordered();
    let release = (): void => undefined;
    const held = new Promise<void>((resolve) => (release = resolve));
    test.ncmec.between = (path, n) => {
      if (path !== '/upload' || n > 0) return undefined;
      return { change: async (answer) => held.then(() => answer) };
    };
    const slow = test.desk().deliverFilings();
    const beat = async (): Promise<void> => {
      await test.desk().deliverFilings(false);
      await new Promise((resolve) => void setImmediate(resolve)); // others have their turn
    };
    while (!test.ncmec.heard.includes('/upload')) await beat();
    const other = await test.refer([noise('b.jpg', 10)]);
    await test.order(other);
    while ((await test.filing(other)).state !== 'delivered') await beat();
    const stopped = test.desk().stopFilings();
    release();
    await Promise.all([slow, stopped]);
    expect(tally(test.ncmec)).toMatchObject({ finished: 1, open: 1 });
  });
});

describe('what is told', () => {
  it('is told once for each reason, and shown while it lasts', async () => {
    const { test, referral } = await ordered();
    test.ncmec.between = (_path, n) => (n < 3 ? { before: unreached } : n < 6 ? { before: lost } : undefined);
    await test.deliver();
    const { filings } = await test.desk().status(await test.as('reporter'), referral);
    expect(filings).toMatchObject([{ state: 'ordered', failing: { code: 'recipient/unreached' } }]);
    await test.settle(referral);
    expect(test.alarms.map(({ code }) => code)).toEqual(['filing/failed', 'filing/failed']);
    expect((await test.filing(referral)).failing).toBeUndefined();
  });

  it('is told before it ends, and tried again until somebody heard', async () => {
    let isDeaf = true;
    const { test, referral } = await ordered({
      change: (ports) => ({
        ...ports,
        alarm: (alarm) => (isDeaf ? Promise.reject(new DeskError('alarm/failed', 'Nobody.')) : ports.alarm(alarm)),
      }),
    });
    test.ncmec.between = once('/submit', { instead: refusal(4100) });
    await test.deliver().catch(() => undefined);
    await expect(test.deliver()).resolves.toBeUndefined(); // it rests
    expect((await test.filing(referral)).state).toBe('ordered');
    isDeaf = false;
    expect(await test.settle(referral)).toMatchObject({ state: 'refused' });
    expect(test.alarms.map(({ code }) => code)).toContain('filing/refused');
  });

  it('is that nobody can deliver it, which never ends it', async () => {
    let isKnown = true;
    const { test, referral } = await ordered({
      change: (ports) =>
        ({
          ...ports,
          get recipients() {
            return isKnown ? ports.recipients : [];
          },
        }) as typeof ports,
    });
    isKnown = false;
    test.revive();
    await test.deliver();
    test.pass(100 * HOUR_MS);
    await test.deliver();
    expect(test.alarms.map(({ code }) => code)).toEqual(['filing/failed']);
    expect(await test.filing(referral)).toMatchObject({ state: 'ordered', failing: { code: 'absent/recipient' } });
    await test.desk().integrate();
    const { findings } = await test.desk().watch();
    expect(findings.filter(({ code }) => code.startsWith('filing'))).toMatchObject([{ code: 'filing/not-delivered' }]);
    isKnown = true;
    test.revive();
    expect(await test.settle(referral)).toMatchObject({ state: 'delivered' });
  });

  it('does not stop the others', async () => {
    const { test, referral } = await ordered();
    const other = await test.refer([noise('b.jpg', 10)]);
    await test.order(other);
    let isFirst = true;
    test.ncmec.between = (path) => {
      if (path !== '/submit' || !isFirst) return undefined;
      isFirst = false;
      return { before: unreached };
    };
    await test.deliver();
    const states = [(await test.filing(referral)).state, (await test.filing(other)).state].sort();
    expect(states).toEqual(['delivered', 'ordered']);
  });
});
