// The routes of filings: ordered, and told of.
import { filingRequest } from '../../schemas/api.ts';
import { json } from './answer.ts';
import { referralOf, route, type Route } from './table.ts';

export const FILING_ROUTES: readonly Route[] = [
  route('filing:order', {
    method: 'POST',
    path: '/v1/referrals/{id}/filings',
    operation: 'orderFiling',
    summary: 'File a finished referral with a recipient such as NCMEC, once however often it is ordered',
    headers: [
      {
        name: 'Idempotency-Key',
        isRequired: false,
        description: 'A fresh UUID, which becomes the id of the filing: the same order given again is the same filing.',
      },
    ],
    body: filingRequest,
    answers: { 202: { description: 'Ordered; the list says how it stands.', schema: 'filingOrderedForm' } },
    handle: async (call) => {
      const id = call.request.headers.get('idempotency-key') ?? undefined;
      const referral = referralOf(call);
      const ordered = await call.desk.orderFiling(call.caller, referral, call.body, id);
      return json(202, ordered, { Location: `/v1/referrals/${referral}/filings` });
    },
  }),
  route('filing:state', {
    method: 'GET',
    path: '/v1/referrals/{id}/filings',
    operation: 'listFilings',
    summary: "The filings of a referral, how each stands, and the recipient's answer where it is delivered or refused",
    answers: { 200: { description: 'All of them, oldest first.', schema: 'filingList' } },
    handle: async (call) => json(200, await call.desk.filings(call.caller, referralOf(call))),
  }),
];
