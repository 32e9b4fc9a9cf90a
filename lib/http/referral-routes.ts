// The routes of a referral's life that read no form but that of a whole referral, which the desk reads: opened, listed, read, finished.
import * as z from 'zod';
import { json } from './answer.ts';
import { readJsonBytes } from './request.ts';
import { pageQuery, sinceQuery } from './queries.ts';
import { referralOf, route, type Route } from './table.ts';
import { DeskError } from '../errors.ts';

const STATES = ['open', 'finished', 'retracted', 'expired', 'destroying', 'destroyed'] as const;
const listQuery = z.strictObject({ state: z.enum(STATES).optional(), ...pageQuery.shape });

export const REFERRAL_ROUTES: readonly Route[] = [
  route('referral:open', {
    method: 'POST',
    path: '/v1/referrals',
    operation: 'openReferral',
    summary: 'Open a referral; the same call made again gets the same answer',
    headers: [{ name: 'Idempotency-Key', isRequired: true, description: "The caller's own name for this call." }],
    bodyType: 'application/json',
    bodySchema: 'referralSchema',
    answers: {
      201: { description: 'Opened: where it is, a signed receipt, what is missing.', schema: 'openedForm' },
      200: { description: 'The same call had come before.', schema: 'openedForm' },
    },
    handle: async ({ desk, caller, request, limits }) => {
      const key = request.headers.get('idempotency-key');
      if (key === null) throw new DeskError('input/missing-header', 'Give an Idempotency-Key of your own choice.');
      const body = await readJsonBytes(request, limits.jsonBytes);
      const opened = await desk.open(caller, body, key);
      return json(opened.isNew ? 201 : 200, opened, { Location: `/v1/referrals/${opened.referralId}` });
    },
  }),
  route('referral:list', {
    method: 'GET',
    path: '/v1/referrals',
    operation: 'listReferrals',
    summary: "A page of referrals: one's own, or everyone's for those who may see them",
    query: listQuery,
    answers: { 200: { description: 'A page, oldest first.', schema: 'referralPage' } },
    handle: async ({ desk, caller, query }) => json(200, await desk.list(caller, query)),
  }),
  route('referral:state', {
    method: 'GET',
    path: '/v1/referrals/{id}',
    operation: 'readReferral',
    summary: 'State, dates, and which attachments have arrived',
    answers: { 200: { description: 'As it stands.', schema: 'referralStatus' } },
    handle: async (call) => json(200, await call.desk.status(call.caller, referralOf(call))),
  }),
  route('referral:finish', {
    method: 'POST',
    path: '/v1/referrals/{id}/finish',
    operation: 'finishReferral',
    summary: 'Close it: nothing is added from now on, and it is preserved',
    answers: { 200: { description: 'The receipt for all of it.', schema: 'receiptForm' } },
    handle: async (call) => json(200, await call.desk.finish(call.caller, referralOf(call))),
  }),
  route('referral:receipt', {
    method: 'GET',
    path: '/v1/referrals/{id}/receipt',
    operation: 'readReceipt',
    summary: 'A receipt for the chain as it stands now',
    answers: { 200: { description: 'Signed.', schema: 'receiptForm' } },
    handle: async (call) => json(200, await call.desk.receipt(call.caller, referralOf(call))),
  }),
  route('custody:read', {
    method: 'GET',
    path: '/v1/referrals/{id}/custody',
    operation: 'readCustody',
    summary: 'The chain, to be verified by anyone',
    query: sinceQuery,
    answers: { 200: { description: 'Every entry, word for word.', schema: 'custodyForm' } },
    handle: async (call) => json(200, await call.desk.custody(call.caller, referralOf(call), call.query.since)),
  }),
];
