// The routes of orders about a referral: it is taken back, holds, destruction, and what remains after it.
import { destructionRequest, endHoldRequest, holdRequest, retractRequest } from '../../schemas/api.ts';
import { json } from './answer.ts';
import { referralOf, route, type Route } from './table.ts';

export const ORDER_ROUTES: readonly Route[] = [
  route('referral:retract', {
    method: 'POST',
    path: '/v1/referrals/{id}/retract',
    operation: 'retractReferral',
    summary: 'Take an unfinished referral back',
    body: retractRequest,
    answers: { 200: { description: 'Taken back.', schema: 'enteredForm' } },
    handle: async (call) => {
      const { entry } = await call.desk.retract(call.caller, referralOf(call), call.body.reason);
      return json(200, { entry });
    },
  }),
  route('hold:order', {
    method: 'POST',
    path: '/v1/referrals/{id}/holds',
    operation: 'orderHold',
    summary: 'Keep it until the hold is ended by an order of its own',
    body: holdRequest,
    answers: { 201: { description: 'Held.', schema: 'heldForm' } },
    handle: async (call) => {
      const { holdId, entry } = await call.desk.hold(call.caller, referralOf(call), call.body);
      return json(201, { holdId, entry });
    },
  }),
  route('hold:end', {
    method: 'DELETE',
    path: '/v1/referrals/{id}/holds/{h}',
    operation: 'endHold',
    summary: 'End a hold',
    body: endHoldRequest,
    answers: { 200: { description: 'Ended.', schema: 'enteredForm' } },
    handle: async (call) => {
      const { entry } = await call.desk.endHold(call.caller, referralOf(call), call.ids['h'] ?? '', call.body.reason);
      return json(200, { entry });
    },
  }),
  route('destruction:request', {
    method: 'POST',
    path: '/v1/referrals/{id}/destructions',
    operation: 'requestDestruction',
    summary: 'Ask that it be destroyed; another person must approve',
    body: destructionRequest,
    answers: { 201: { description: 'Asked for.', schema: 'destructionForm' } },
    handle: async (call) => {
      const asked = await call.desk.requestDestruction(call.caller, referralOf(call), call.body);
      return json(201, { destructionId: asked.destructionId, entry: asked.entry });
    },
  }),
  route('destruction:approve', {
    method: 'POST',
    path: '/v1/referrals/{id}/destructions/{d}/approve',
    operation: 'approveDestruction',
    summary: 'Approve a destruction that somebody else asked for, and carry it out',
    answers: { 200: { description: 'Destroyed.', schema: 'certificateDocument' } },
    handle: async (call) =>
      json(200, await call.desk.approveDestruction(call.caller, referralOf(call), call.ids['d'] ?? '')),
  }),
  route('custody:read', {
    method: 'GET',
    path: '/v1/referrals/{id}/certificate',
    operation: 'readCertificate',
    summary: 'The certificate of its destruction',
    answers: { 200: { description: 'Signed.', schema: 'certificateDocument' } },
    handle: async (call) => json(200, await call.desk.certificate(call.caller, referralOf(call))),
  }),
];
