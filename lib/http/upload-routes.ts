// The routes of files that are sent past the desk, in parts. The last one is for a desk whose store takes nothing from strangers: its address
// says and signs what may be put there, so it asks for no key.
import { announcePartsRequest, completeUploadRequest, openUploadRequest } from '../../schemas/uploads.ts';
import { json, nothing } from './answer.ts';
import { readBytes } from './request.ts';
import { publicRoute, referralOf, route, type Call, type Route } from './table.ts';

export const UPLOAD_ROUTES: readonly Route[] = [
  route('referral:attach', {
    method: 'POST',
    path: '/v1/referrals/{id}/uploads',
    operation: 'openUpload',
    summary:
      'Open a slot for a large file; its sender is lent a key, seals it himself and sends it straight to the vault',
    body: openUploadRequest,
    answers: { 201: { description: 'The slot, with its key.', schema: 'slotForm' } },
    handle: async (call) => json(201, await call.desk.openUpload(call.caller, referralOf(call), call.body)),
  }),
  route('referral:attach', {
    method: 'POST',
    path: '/v1/referrals/{id}/uploads/{u}/parts',
    operation: 'announceParts',
    summary: 'Announce up to 100 sealed parts, and be told where each is put',
    body: announcePartsRequest,
    answers: { 200: { description: 'An address for each part that is not there yet.', schema: 'announcedAnswer' } },
    handle: async (call) =>
      json(200, await call.desk.announceParts(call.caller, referralOf(call), uploadOf(call), call.body)),
  }),
  route('referral:attach', {
    method: 'POST',
    path: '/v1/referrals/{id}/uploads/{u}/complete',
    operation: 'completeUpload',
    summary: 'All parts are there: make one file of them; unproved until the desk has looked at it',
    body: completeUploadRequest,
    answers: { 200: { description: 'It is in the vault, and unproved.', schema: 'uploadCompletedForm' } },
    handle: async (call) =>
      json(200, await call.desk.completeUpload(call.caller, referralOf(call), uploadOf(call), call.body)),
  }),
  route('referral:attach', {
    method: 'DELETE',
    path: '/v1/referrals/{id}/uploads/{u}',
    operation: 'endUpload',
    summary: 'Give a slot up',
    answers: { 200: { description: 'It has ended.', schema: 'enteredForm' } },
    handle: async (call) => {
      const { entry } = await call.desk.endUpload(call.caller, referralOf(call), uploadOf(call));
      return json(200, { entry });
    },
  }),
  publicRoute({
    method: 'PUT',
    path: '/v1/parts/{token}',
    operation: 'putPart',
    summary: 'Put a sealed part to the address that was given for it; the same part again is fine',
    bodyType: 'application/octet-stream',
    answers: { 204: { description: 'It is there.' } },
    handle: async ({ desk, ids, request }) => {
      await desk.putPart(ids['token'] ?? '', readBytes(request));
      return nothing();
    },
  }),
];

function uploadOf(call: Call): string {
  return call.ids['u'] ?? '';
}
