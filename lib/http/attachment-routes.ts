// The routes of an attachment's bytes. They stream both ways, are never held whole, and are never shown as anything but bytes.
import type { AttachmentWords } from '../attach.ts';
import { LENT_TYPE } from '../lend.ts';
import type { AttachmentFacts } from '../read.ts';
import { bytes, json } from './answer.ts';
import { lentJson, mayLend } from './lent.ts';
import { readFileName } from './disposition.ts';
import { readBytes, readDigest, readEncoded, readLength } from './request.ts';
import { referralOf, route, type Call, type Route } from './table.ts';

export const ATTACHMENT_ROUTES: readonly Route[] = [
  route('referral:attach', {
    method: 'PUT',
    path: '/v1/referrals/{id}/attachments/{a}',
    operation: 'attach',
    summary: 'Send the bytes of an attachment; the same bytes sent again are the same attachment',
    headers: [
      { name: 'Content-Digest', isRequired: true, description: 'sha-256=:<base64>: of the bytes (RFC 9530).' },
      { name: 'Content-Disposition', isRequired: false, description: "attachment; filename*=UTF-8''… (RFC 6266)." },
    ],
    bodyType: 'application/octet-stream',
    answers: {
      201: { description: 'Sealed.', schema: 'attachedForm' },
      200: { description: 'These bytes had been sealed before.', schema: 'attachedForm' },
    },
    handle: async (call) => {
      const { desk, caller, request } = call;
      const declared = { sha256: readDigest(request.headers), sizeBytes: readLength(request.headers) };
      const words = readWords(request.headers);
      const attached = await desk.attach(
        caller,
        referralOf(call),
        attachmentOf(call),
        declared,
        words,
        readBytes(request),
      );
      return json(attached.isNew ? 201 : 200, attached);
    },
  }),
  route('attachment:read', {
    method: 'GET',
    path: '/v1/referrals/{id}/attachments/{a}',
    operation: 'readAttachment',
    summary: 'The bytes of an attachment; the reading is entered first, with its purpose',
    isEntered: true,
    headers: [{ name: 'Purpose', isRequired: true, description: 'What for, as percent-encoded UTF-8.' }],
    answers: {
      200: {
        description:
          'The bytes; Attachment-Facts says the rest, as percent-encoded JSON. Where they are lent, what opens them.',
        contentType: ['application/octet-stream', LENT_TYPE],
      },
    },
    handle: async (call) => {
      const { desk, caller, request, limits } = call;
      const purpose = readEncoded(request.headers, 'Purpose');
      const asked = [caller, referralOf(call), attachmentOf(call), purpose] as const;
      if (mayLend(call)) return lentJson(await desk.lendAttachment(...asked));
      const read = await desk.readAttachment(...asked, limits.answerBytes);
      return bytes(read.bytes, headersOf(read.facts));
    },
  }),
];

function attachmentOf(call: Call): string {
  return call.ids['a'] ?? '';
}

function readWords(headers: Headers): AttachmentWords {
  const name = readFileName(headers.get('content-disposition'));
  const contentType = headers.get('content-type') ?? undefined;
  return { ...(name === undefined ? {} : { name }), ...(contentType === undefined ? {} : { contentType }) };
}

/** The name to save it by says nothing; what the sender called it stands in `Attachment-Facts`, where nobody acts on it. */
function headersOf(facts: AttachmentFacts): Record<string, string> {
  return {
    'Content-Disposition': 'attachment; filename="attachment.bin"',
    'Content-Digest': `sha-256=:${Buffer.from(facts.sha256, 'hex').toString('base64')}:`,
    'Content-Length': String(facts.sizeBytes),
    'Attachment-Facts': encodeFacts(facts),
  };
}

/** Clients take about 16 KiB of headers. */
const MOST_FACTS = 8192;

function encodeFacts(facts: AttachmentFacts): string {
  const whole = encodeURIComponent(JSON.stringify(facts));
  if (whole.length <= MOST_FACTS) return whole;
  const { attachment, declared, sizeBytes, sha256, sha1, md5, crc32 } = facts;
  return encodeURIComponent(JSON.stringify({ attachment, declared, sizeBytes, sha256, sha1, md5, crc32 }));
}
