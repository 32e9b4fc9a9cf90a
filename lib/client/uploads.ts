// The calls by which a large file goes past the desk. Always true: a part is sent with what was signed for it and nothing else; who asks is
// never told to whoever keeps the parts.
import type { AnnouncePartsRequest, CompleteUploadRequest, OpenUploadRequest } from '../../schemas/index.ts';
import type { Announced, Entry, Slot, UploadCompleted } from '../index.ts';
import { callers, jsonOf, readJson } from './json.ts';
import { transport, type Ask, type ClientOptions } from './transport.ts';

/** Where a part is put. */
export type PartAddress = Extract<Announced, { readonly isThere: false }>;

export type UploadCalls = ReturnType<typeof uploadCalls>;

/** @returns part of what `deskClient` answers; what holds for every verb is said there */
export function uploadCalls(ask: Ask, options: ClientOptions) {
  const { post, send } = callers(ask);
  const at = (referralId: string, uploadId = '', rest = ''): string => {
    const slot = uploadId === '' ? '' : `/${encodeURIComponent(uploadId)}`;
    return `/v1/referrals/${encodeURIComponent(referralId)}/uploads${slot}${rest}`;
  };
  const again = <T>(path: string, body: object): Promise<T> =>
    ask({ method: 'POST', path, ...jsonOf(body), isRepeatable: true }, readJson<T>);
  return {
    /** As `Desk.openUpload`. Cut off, a slot may be left that ends by itself. @throws DeskError as there, desk/unreachable */
    openUpload: (referralId: string, request: OpenUploadRequest): Promise<Slot> => post(at(referralId), request),
    /** As `Desk.announceParts`; repeated by itself. @throws DeskError as there, desk/unreachable */
    announceParts: (
      referralId: string,
      uploadId: string,
      request: AnnouncePartsRequest,
    ): Promise<{ readonly parts: readonly Announced[] }> => again(at(referralId, uploadId, '/parts'), request),
    /**
     * Puts a sealed part to its address, at the desk or at the store itself; repeated by itself.
     * @returns the ETag that a store answered, for `completeUpload`
     * @throws DeskError as `Desk.putPart`; desk/unreachable, also where a store refused it
     */
    putPart: (address: Pick<PartAddress, 'url' | 'headers'>, bytes: Uint8Array): Promise<string | undefined> =>
      putPart(options, address, bytes),
    /** As `Desk.completeUpload`; repeated by itself. @throws DeskError as there, desk/unreachable */
    completeUpload: (referralId: string, uploadId: string, request: CompleteUploadRequest): Promise<UploadCompleted> =>
      again(at(referralId, uploadId, '/complete'), request),
    /** As `Desk.endUpload`. Cut off, call it again. @throws DeskError as there, desk/unreachable */
    endUpload: (referralId: string, uploadId: string): Promise<{ readonly entry: Entry }> =>
      send('DELETE', at(referralId, uploadId)),
  };
}

async function putPart(
  { fetch, url, tries, pause }: ClientOptions,
  address: Pick<PartAddress, 'url' | 'headers'>,
  bytes: Uint8Array,
): Promise<string | undefined> {
  const isOfDesk = address.url.startsWith('/');
  const there = isOfDesk ? { fetch, url } : { url: new URL(address.url).origin };
  const options = Object.fromEntries(
    Object.entries({ ...there, tries, pause }).filter(([, value]) => value !== undefined),
  );
  const path = isOfDesk ? address.url : address.url.slice(new URL(address.url).origin.length);
  const { headers } = address;
  const said = { ...headers, 'content-length': String(bytes.length) };
  const body = (): AsyncIterable<Uint8Array> => inPieces(bytes);
  return transport(options)({ method: 'PUT', path, headers: said, body, isRepeatable: true }, async (answer) => {
    await answer.body?.cancel();
    return answer.headers.get('etag') ?? undefined;
  });
}

const PIECE_BYTES = 256 * 1024;

/** A body at hand would be copied whole. */
async function* inPieces(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += PIECE_BYTES)
    yield await Promise.resolve(bytes.subarray(at, at + PIECE_BYTES));
}
