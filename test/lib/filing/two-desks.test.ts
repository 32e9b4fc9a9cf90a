// One desk files into another's CyberTipline door, both real, and something between them fails once at each step: the other desk ends
// with one finished report, whole; what else was opened there dies by its clock; both chains verify.
import { createHash } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { ncmecRecipient } from '../../../lib/client/index.ts';
import { createApi } from '../../../lib/http/index.ts';
import { verifyCustody, type FilingStatus } from '../../../lib/index.ts';
import { freshDesk, gather, noise, type TestDesk } from '../../material.ts';
import { filingDesk, type FilingDesk } from './material.ts';

const STEPS = ['/submit', '/upload', '/fileinfo', '/finish'] as const;
const FILES = [noise('first.jpg', 70_000), noise('second.png', 0)];
const TIMEOUT_MS = 400;

/** What comes back in place of what the other desk says. @param reach asks it; never called where it hears of nothing */
type Fault = (reach: () => Promise<Response>, signal: AbortSignal) => Promise<Response>;

function cut(): Error {
  return new TypeError('fetch failed', { cause: Object.assign(new Error('reset'), { code: 'ECONNRESET' }) });
}

const FAULTS: Readonly<Record<string, Fault>> = {
  'the connection is cut before': () => Promise.reject(cut()),
  'the connection is cut after': async (reach) => {
    await reach();
    throw cut();
  },
  'there is a 500 instead': () => Promise.resolve(new Response('', { status: 500 })),
  'there is a 503 after it': async (reach) => {
    await reach();
    return new Response('<html>busy</html>', { status: 503 });
  },
  'the answer is slower than the sender waits': async (reach, signal) => {
    await reach();
    return new Promise((_resolve, reject) => {
      signal.addEventListener('abort', () => {
        reject(new DOMException('aborted', 'AbortError'));
      });
    });
  },
  'the XML of the answer is cut short': async (reach) => {
    const { status, headers, ...answer } = await textOf(await reach());
    return new Response(answer.text.slice(0, -20), { status, headers });
  },
  'there is an empty 401': () => Promise.resolve(new Response('', { status: 401 })),
};

async function textOf(answer: Response): Promise<{ status: number; headers: Headers; text: string }> {
  return { status: answer.status, headers: answer.headers, text: await answer.text() };
}

let receiver: TestDesk;
beforeEach(async () => {
  receiver = await freshDesk();
});
afterEach(() => receiver.end());

/** A desk that files into the receiver; the first call of `step` meets the fault. */
async function sending(step: string, fault: Fault): Promise<{ sender: FilingDesk; isMet: () => boolean }> {
  const api = createApi(receiver.desk);
  let isMet = false;
  const fetch = (request: Request, { signal }: { readonly signal: AbortSignal }): Promise<Response> => {
    const reach = (): Promise<Response> => api.fetch(request);
    if (isMet || !request.url.endsWith(step)) return reach();
    isMet = true;
    return fault(reach, signal);
  };
  const recipient = ncmecRecipient({
    url: 'http://127.0.0.1/ispws',
    user: 'example-esp',
    password: receiver.keys.reporter,
    timeoutMs: TIMEOUT_MS,
    fetch,
  });
  const sender = await filingDesk({ change: (ports) => ({ ...ports, recipients: [recipient] }) });
  return { sender, isMet: () => isMet };
}

/** The referrals that the receiver opened. */
async function received(): Promise<{ id: string; state: string; reportId: string | undefined }[]> {
  const { items } = await receiver.desk.list(await receiver.as('auditor'), { limit: 100 });
  return items.map(({ id, state, report }) => ({ id, state, reportId: report?.id }));
}

/** MD5 of each file of a referral that was received, in order. */
async function digestsOf(id: string): Promise<string[]> {
  const supervisor = await receiver.as('supervisor');
  const { attachments } = await receiver.desk.status(supervisor, id);
  const read = attachments.map(async ({ id: attachment }) => {
    const { bytes } = await receiver.desk.readAttachment(supervisor, id, attachment, 'test');
    return md5(await gather(bytes));
  });
  return Promise.all(read);
}

function md5(bytes: Uint8Array): string {
  return createHash('md5').update(bytes).digest('hex');
}

/** Codes of what does not hold with a chain, and with all that the desk has. */
async function wrongWith({ desk, as }: Pick<TestDesk, 'desk' | 'as'>, referral: string): Promise<string[]> {
  await desk.integrate();
  const custody = await desk.custody(await as('auditor'), referral);
  const { findings } = verifyCustody(custody, { trust: await desk.trust() });
  return [...findings, ...(await desk.watch()).findings].map(({ code }) => code);
}

/** Ordered, and ordered again where it was refused for credentials that are none. */
async function filed(sender: FilingDesk, referral: string): Promise<FilingStatus> {
  await sender.order(referral);
  const status = await sender.settle(referral);
  if (status.failure?.code !== 'recipient/credentials') return status;
  await sender.order(referral);
  return sender.settle(referral);
}

describe('between two desks', () => {
  it.each(STEPS.flatMap((step) => Object.entries(FAULTS).map(([name, fault]) => ({ step, name, fault }))))(
    'exactly one report is filed, whole, though at $step $name',
    async ({ step, fault }) => {
      const { sender, isMet } = await sending(step, fault);
      const referral = await sender.refer(FILES);
      const status = await filed(sender, referral);
      expect([status.state, isMet()]).toEqual(['delivered', true]);

      const reports = await received();
      const [finished, ...others] = reports.filter(({ state }) => state === 'finished');
      expect([finished?.reportId, others]).toEqual([status.reportId, []]);
      const id = finished?.id ?? '';
      expect(await digestsOf(id)).toEqual(FILES.map(({ bytes }) => md5(bytes)));
      expect(await wrongWith({ desk: sender.desk(), as: sender.as }, referral)).toEqual([]);
      expect(await wrongWith(receiver, id)).toEqual([]);

      const orphans = reports.filter(({ state }) => state === 'open');
      expect(orphans.length).toBeLessThanOrEqual(status.orphans);
      receiver.clock.addDays(2);
      await receiver.desk.tick();
      const left = (await received()).map(({ state }) => state);
      expect(left.toSorted()).toEqual([...Array<string>(reports.length - 1).fill('destroyed'), 'finished']);
      expect(await wrongWith(receiver, id)).toEqual([]);
    },
  );
});
