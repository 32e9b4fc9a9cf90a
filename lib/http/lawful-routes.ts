// The routes of what the law asks about a referral: regimes named and fulfilled, findings that clear, notices of them.
import {
  acknowledgeNoticeRequest,
  clearRequest,
  consentRequest,
  metRequest,
  regimeRequest,
  withdrawRequest,
} from '../../schemas/lawful.ts';
import type { Cleared } from '../clear.ts';
import type { Withdrawn } from '../withdraw.ts';
import { json } from './answer.ts';
import { pageQuery } from './queries.ts';
import { referralOf, route, type Route } from './table.ts';

export const LAWFUL_ROUTES: readonly Route[] = [
  route('regime:assign', {
    method: 'POST',
    path: '/v1/referrals/{id}/regimes',
    operation: 'assignRegime',
    summary: 'Name a regime that it falls under: deadlines, what is missing, how long it is kept',
    body: regimeRequest,
    answers: { 201: { description: 'Named.', schema: 'assignedForm' } },
    handle: async (call) => {
      const { entry, regimes } = await call.desk.assignRegime(call.caller, referralOf(call), call.body);
      return json(201, { entry, regimes });
    },
  }),
  route('regime:meet', {
    method: 'POST',
    path: '/v1/referrals/{id}/regimes/met',
    operation: 'meetRegime',
    summary: 'Enter that what a rule asks for was done by other means',
    body: metRequest,
    answers: { 201: { description: 'Entered.', schema: 'enteredForm' } },
    handle: async (call) => {
      const { entry } = await call.desk.meetRegime(call.caller, referralOf(call), call.body);
      return json(201, { entry });
    },
  }),
  route('referral:consent', {
    method: 'POST',
    path: '/v1/referrals/{id}/consents',
    operation: 'consent',
    summary: 'Let it go on to another agency (H2), or no longer',
    body: consentRequest,
    answers: { 201: { description: 'Entered.', schema: 'enteredForm' } },
    handle: async (call) => {
      const { entry } = await call.desk.consent(call.caller, referralOf(call), call.body);
      return json(201, { entry });
    },
  }),
  route('referral:clear', {
    method: 'POST',
    path: '/v1/referrals/{id}/clearances',
    operation: 'clear',
    summary: 'Enter a finding that clears it or a part of it, and tell everyone who received it',
    body: clearRequest,
    answers: { 201: { description: 'Entered, and notices made.', schema: 'clearedForm' } },
    handle: async (call) => answerOf(await call.desk.clear(call.caller, referralOf(call), call.body)),
  }),
  route('packet:clear', {
    method: 'POST',
    path: '/v1/packets/{id}/clearances',
    operation: 'clearPacket',
    summary: 'Enter what the agency found that took this packet; it is told to all, and ends nothing',
    body: clearRequest,
    answers: { 201: { description: 'Entered, and notices made.', schema: 'clearedForm' } },
    handle: async ({ desk, caller, ids, body }) => answerOf(await desk.clearPacket(caller, ids['id'] ?? '', body)),
  }),
  route('referral:clear', {
    method: 'POST',
    path: '/v1/referrals/{id}/clearances/withdrawals',
    operation: 'withdraw',
    summary: 'Withdraw a finding that cleared it or a part of it, and tell everyone who was told',
    body: withdrawRequest,
    answers: { 201: { description: 'Entered, and notices made.', schema: 'withdrawnForm' } },
    handle: async (call) => withdrawnAnswer(await call.desk.withdraw(call.caller, referralOf(call), call.body)),
  }),
  route('packet:clear', {
    method: 'POST',
    path: '/v1/packets/{id}/clearances/withdrawals',
    operation: 'withdrawPacket',
    summary: 'Withdraw what the agency of this packet had found',
    body: withdrawRequest,
    answers: { 201: { description: 'Entered, and notices made.', schema: 'withdrawnForm' } },
    handle: async ({ desk, caller, ids, body }) =>
      withdrawnAnswer(await desk.withdrawPacket(caller, ids['id'] ?? '', body)),
  }),
  route('notice:state', {
    method: 'GET',
    path: '/v1/notices',
    operation: 'listNotices',
    summary: "A page of notices of clearance: one's agency's, or all for those who may see them",
    query: pageQuery,
    answers: { 200: { description: 'A page, oldest first.', schema: 'noticePage' } },
    handle: async ({ desk, caller, query }) => json(200, await desk.notices(caller, query)),
  }),
  route('notice:read', {
    method: 'GET',
    path: '/v1/notices/{id}',
    operation: 'readNotice',
    summary: 'A notice as a signed statement: what was found about whom',
    answers: { 200: { description: 'Signed.', schema: 'noticeDocument' } },
    handle: async ({ desk, caller, ids }) => json(200, await desk.notice(caller, ids['id'] ?? '')),
  }),
  route('notice:acknowledge', {
    method: 'POST',
    path: '/v1/notices/{id}/acknowledge',
    operation: 'acknowledgeNotice',
    summary: 'Say that a notice arrived',
    body: acknowledgeNoticeRequest,
    answers: { 201: { description: 'Entered.', schema: 'enteredForm' } },
    handle: async ({ desk, caller, ids, body }) => {
      const { entry } = await desk.acknowledgeNotice(caller, ids['id'] ?? '', body);
      return json(201, { entry });
    },
  }),
];

function withdrawnAnswer({ entry, clearance, notices }: Withdrawn): Response {
  return json(201, { entry, clearance, notices });
}

function answerOf({ entry, clearance, notices, ended }: Cleared): Response {
  return json(201, { entry, clearance, notices, ended });
}
