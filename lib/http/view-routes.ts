// The routes of looks at what was referred.
import { viewRequest } from '../../schemas/api.ts';
import { json } from './answer.ts';
import { referralOf, route, type Route } from './table.ts';

export const VIEW_ROUTES: readonly Route[] = [
  route('attachment:read', {
    method: 'GET',
    path: '/v1/referrals/{id}/views',
    operation: 'readViews',
    summary: 'Who looked at which file, and which count as viewed',
    answers: { 200: { description: 'The looks.', schema: 'viewedAnswer' } },
    handle: async (call) => json(200, await call.desk.views(call.caller, referralOf(call))),
  }),
  route('referral:record-view', {
    method: 'POST',
    path: '/v1/referrals/{id}/views',
    operation: 'recordView',
    summary: 'Record who looked at which file, when and how much of it',
    body: viewRequest,
    answers: { 201: { description: 'Entered.', schema: 'enteredForm' } },
    handle: async (call) => {
      const { entry } = await call.desk.recordView(call.caller, referralOf(call), call.body);
      return json(201, { entry });
    },
  }),
];
