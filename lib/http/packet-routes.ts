// The routes of packets: ordered, told of, taken whole or in stretches, taken once by a link, answered. And the summary for reading.
import * as z from 'zod';
import { acknowledgementRequest, linkRequest, packetRequest } from '../../schemas/api.ts';
import { LANGUAGES } from '../../schemas/codes.ts';
import { DeskError } from '../errors.ts';
import { PACKET_TYPES, packetFileName, packetType } from '../packet/name.ts';
import { LENT_TYPE } from '../lend.ts';
import type { Range } from '../ports.ts';
import type { Stretches } from '../links.ts';
import type { PacketHandedOut } from '../release.ts';
import { bytes, json } from './answer.ts';
import { readRange } from './range.ts';
import { pageQuery } from './queries.ts';
import { readEncoded } from './request.ts';
import { demandCarried } from '../seal.ts';
import { lentJson, mayLend } from './lent.ts';
import { linkPage } from './link-page.ts';
import { publicRoute, referralOf, route, type Call, type Route } from './table.ts';

/** The language of the desk's own words. */
const summaryQuery = z.strictObject({ language: z.enum(LANGUAGES).optional() });

const THE_BYTES = { contentType: PACKET_TYPES };
const BYTES_OR_LENT = { contentType: [...PACKET_TYPES, LENT_TYPE] };

export const PACKET_ROUTES: readonly Route[] = [
  route('summary:read', {
    method: 'GET',
    path: '/v1/referrals/{id}/summary.pdf',
    operation: 'readSummary',
    summary: 'A referral as it stands, as PDF; the reading is entered first, with its purpose',
    isEntered: true,
    query: summaryQuery,
    headers: [{ name: 'Purpose', isRequired: true, description: 'What for, as percent-encoded UTF-8.' }],
    answers: { 200: { description: 'A reading copy, which is no packet.', contentType: 'application/pdf' } },
    handle: async (call) => {
      const purpose = readEncoded(call.request.headers, 'Purpose');
      const pdf = await call.desk.summary(call.caller, referralOf(call), purpose, call.query.language);
      const headers = { 'Content-Type': 'application/pdf', 'Content-Length': String(pdf.length) };
      return new Response(new Uint8Array(pdf), { headers });
    },
  }),
  route('packet:order', {
    method: 'POST',
    path: '/v1/referrals/{id}/packets',
    operation: 'orderPacket',
    summary: 'Order a packet of a finished referral for an agency, to a purpose and on a legal basis',
    headers: [
      {
        name: 'Idempotency-Key',
        isRequired: false,
        description: 'A fresh UUID, which becomes the id of the packet: the same order given again is the same packet.',
      },
    ],
    body: packetRequest,
    answers: { 202: { description: 'Ordered; its status says when it can be taken.', schema: 'packetOrderedForm' } },
    handle: async (call) => {
      const id = call.request.headers.get('idempotency-key') ?? undefined;
      const ordered = await call.desk.orderPacket(call.caller, referralOf(call), call.body, id);
      return json(202, ordered, { Location: `/v1/packets/${ordered.packetId}/status` });
    },
  }),
  route('packet:state', {
    method: 'GET',
    path: '/v1/packets',
    operation: 'listPackets',
    summary: "A page of packets: one's agency's, or all for those who may see them",
    query: pageQuery,
    answers: { 200: { description: 'A page, oldest first.', schema: 'packetPage' } },
    handle: async ({ desk, caller, query }) => json(200, await desk.packets(caller, query)),
  }),
  route('packet:take', {
    method: 'GET',
    path: '/v1/packets/{id}',
    operation: 'takePacket',
    summary: 'The packet, whole or a stretch of it (Range, RFC 9110); who takes what is entered first',
    isEntered: true,
    headers: [
      { name: 'Range', isRequired: false, description: 'bytes=<first>-<last>, one stretch at a time.' },
      { name: 'If-Range', isRequired: false, description: 'The ETag; the whole packet where it is another.' },
    ],
    answers: {
      200: { description: 'All of it; where it is lent, what opens it.', ...BYTES_OR_LENT },
      206: { description: 'The stretch asked for.', ...THE_BYTES },
    },
    handle: async ({ desk, caller, ids, request, limits }) => {
      const id = ids['id'] ?? '';
      if (mayLend({ desk, request })) return lentJson(await desk.lendPacket(caller, id));
      const asked = (sizeBytes: number, etag: string): Range | undefined => {
        const range = readRange(request.headers, quoted(etag), sizeBytes);
        demandCarried(range?.sizeBytes ?? sizeBytes, limits.answerBytes);
        return range;
      };
      return stretchOf(await desk.takePacket(caller, id, asked));
    },
  }),
  route('packet:state', {
    method: 'GET',
    path: '/v1/packets/{id}/status',
    operation: 'readPacket',
    summary: 'How a packet stands, who took it, what the agency answered',
    answers: { 200: { description: 'As it stands.', schema: 'packetStatus' } },
    handle: async ({ desk, caller, ids }) => json(200, await desk.packet(caller, ids['id'] ?? '')),
  }),
  route('packet:acknowledge', {
    method: 'POST',
    path: '/v1/packets/{id}/acknowledge',
    operation: 'acknowledge',
    summary: "The agency's answer: received, triaged, outcome",
    body: acknowledgementRequest,
    answers: { 201: { description: 'Entered.', schema: 'enteredForm' } },
    handle: async ({ desk, caller, ids, body }) => {
      const { entry } = await desk.acknowledge(caller, ids['id'] ?? '', body);
      return json(201, { entry });
    },
  }),
  route('packet:link', {
    method: 'POST',
    path: '/v1/packets/{id}/links',
    operation: 'makeLink',
    summary: 'A link by which whoever holds it takes the packet once; shown this once',
    body: linkRequest,
    answers: { 201: { description: 'Made.', schema: 'linkMade' } },
    handle: async ({ desk, caller, ids, body }) => {
      const { token, expiresAt } = await desk.makeLink(caller, ids['id'] ?? '', body);
      return json(201, { path: `/v1/links/${token}`, expiresAt });
    },
  }),
  route('packet:link', {
    method: 'DELETE',
    path: '/v1/packets/{id}/links',
    operation: 'endLinks',
    summary: 'End every link to a packet that was not used',
    answers: { 200: { description: 'None of them works any more.', schema: 'linksEnded' } },
    handle: async ({ desk, caller, ids }) => json(200, await desk.endLinks(caller, ids['id'] ?? '')),
  }),
  publicRoute({
    method: 'GET',
    path: '/v1/links/{token}',
    operation: 'lookAtLink',
    summary: 'A page with a button: looking at a link, as mail programs do by themselves, does not use it up',
    answers: { 200: { description: 'A page.', contentType: 'text/html' } },
    handle: async (call) => linkPage(await call.desk.lookAtLink(tokenOf(call)), call.limits.answerBytes),
  }),
  publicRoute({
    method: 'POST',
    path: '/v1/links/{token}',
    operation: 'takeByLink',
    summary: 'Take the packet by its link, once; who made the link is entered first',
    headers: [
      {
        name: 'Taking',
        isRequired: false,
        description:
          '32 random bytes in base64url, the same with each: takes it in stretches, for up to 12 hours after the first.',
      },
      { name: 'Range', isRequired: false, description: 'With Taking: bytes=<first>-<last>, one stretch at a time.' },
    ],
    answers: {
      200: { description: 'All of it.', ...THE_BYTES },
      206: { description: 'The stretch asked for.', ...THE_BYTES },
    },
    handle: async (call) => {
      const stretches = stretchesOf(call.request.headers);
      const taken = await call.desk.takeByLink(tokenOf(call), call.limits.answerBytes, stretches);
      return stretchOf(taken, stretches === undefined ? 'none' : 'bytes');
    },
  }),
];

function tokenOf(call: Call): string {
  return call.ids['token'] ?? '';
}

/** @throws DeskError input/malformed */
function stretchesOf(headers: Headers): Stretches | undefined {
  const taking = headers.get('taking');
  if (taking === null) return undefined;
  if (!/^[A-Za-z0-9_-]{43}$/.test(taking)) throw new DeskError('input/malformed', 'Taking is 32 bytes in base64url.');
  return { taking, choose: (sizeBytes, etag) => readRange(headers, quoted(etag), sizeBytes) };
}

function quoted(etag: string): string {
  return `"${etag}"`;
}

/** The whole packet is 200; a stretch of it 206, with Content-Range. `ranges`: what may be asked for at this path. */
async function stretchOf(
  { packetId, encryption, sizeBytes, etag, range, clearances = [], bytes: source }: PacketHandedOut,
  ranges: 'bytes' | 'none' = 'bytes',
): Promise<Response> {
  const isPart = range.sizeBytes < sizeBytes;
  const last = range.offset + range.sizeBytes - 1;
  const headers = {
    'Content-Type': packetType(encryption),
    'Content-Disposition': `attachment; filename="${packetFileName(packetId, encryption)}"`,
    'Content-Length': String(range.sizeBytes),
    'Accept-Ranges': ranges,
    ETag: quoted(etag),
    ...(clearances.length === 0 ? {} : { Clearance: clearances.map(clearanceText).join(', ') }),
    ...(isPart ? { 'Content-Range': `bytes ${range.offset}-${last}/${sizeBytes}` } : {}),
  };
  return bytes(source, headers, isPart ? 206 : 200);
}

function clearanceText({ finding, about }: NonNullable<PacketHandedOut['clearances']>[number]): string {
  return `${finding}; about=${about}`;
}
