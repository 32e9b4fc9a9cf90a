// The words of the way in for large files: a slot, the parts that are put to it, and what they are declared to be.
// Always true: digests and sizes of parts are of ciphertext, those of a whole file of plaintext.
import * as z from 'zod';
import { attachmentId, uploadId } from './api.ts';
import { sha256 } from './lexical.ts';

const sizeBytes = (description: string) => z.int().min(0).max(Number.MAX_SAFE_INTEGER).meta({ description });

const text = (description: string) => z.string().max(4096).meta({ description });
const words = {
  name: text('What the sender calls it; sealed, and never used as a path.').optional(),
  contentType: text('Its media type, as the sender says; sealed.').optional(),
};

export const openUploadRequest = z
  .strictObject({ attachmentId, sizeBytes: sizeBytes('Of the file, before it is sealed.'), ...words })
  .meta({ id: 'OpenUploadRequest', description: 'Ask for room for one file that is sent straight to the vault.' });

const part = z
  .strictObject({
    number: z.int().min(1).max(10_000).meta({ description: 'Its place, from 1.' }),
    sizeBytes: sizeBytes('Of the sealed part.'),
    sha256: sha256().meta({ description: 'SHA-256 of the sealed part.' }),
    md5: z
      .string()
      .regex(/^[0-9a-f]{32}$/, { error: 'Write 32 hex digits in lower case.' })
      .meta({ description: 'MD5 of the sealed part, which every store holds against what arrives.' }),
  })
  .meta({ id: 'UploadPart', description: 'One part of a sealed file.' });

export const announcePartsRequest = z
  .strictObject({
    parts: z
      .array(part)
      .min(1)
      .max(100)
      .refine((parts) => new Set(parts.map(({ number }) => number)).size === parts.length, {
        error: 'Announce each part once.',
      }),
  })
  .meta({ id: 'AnnouncePartsRequest', description: 'Announce sealed parts, to be told where each of them is put.' });

const takenPart = z
  .strictObject({
    number: z.int().min(1).max(10_000),
    sha256: sha256().meta({ description: 'SHA-256 of the sealed part, as it was announced.' }),
    tag: z.string().min(1).max(200).meta({ description: 'The ETag that the store answered when it was put.' }),
  })
  .meta({ id: 'TakenPart', description: 'A part that a store took.' });

export const completeUploadRequest = z
  .strictObject({
    sha256: sha256().meta({ description: 'SHA-256 of the file, before it was sealed.' }),
    sizeBytes: sizeBytes('Of the file, before it was sealed.'),
    parts: z.array(takenPart).min(1).max(1000).optional().meta({
      description: 'All parts, where the store answered an ETag for each: then it need not be asked for them.',
    }),
    name: words.name.meta({ description: 'As when the slot was opened; better said there.' }),
    contentType: words.contentType.meta({ description: 'As when the slot was opened; better said there.' }),
  })
  .meta({ id: 'CompleteUploadRequest', description: 'All parts are there: what they are declared to be.' });

/** What a slot is lent with, besides the entry that opened it. */
export const slotWords = {
  uploadId,
  attachmentId,
  partBytes: z.int().meta({ description: 'How the sealed file is cut: all parts but the last have this many bytes.' }),
  sealedBytes: z.int().meta({ description: 'Size of the sealed file.' }),
  expiresAt: z.iso.datetime().meta({ description: 'From then on nothing more is taken.' }),
  key: z.base64().meta({
    description:
      "The slot's own wrapping key: raw AES-256, namespace referral-desk, named by uploadId. Shown this once; keep it no longer than the sending takes.",
  }),
  context: z
    .strictObject({ owner: z.string(), object: z.string() })
    .meta({ description: 'The encryption context of the message: exactly this.' }),
};

const announced = z
  .union([
    z.strictObject({ number: z.int(), isThere: z.literal(true) }),
    z.strictObject({
      number: z.int(),
      isThere: z.literal(false),
      url: z
        .string()
        .meta({ description: "Where it is put (PUT); beneath the desk's own address where it begins with /." }),
      headers: z.record(z.string(), z.string()).meta({ description: 'Headers to be sent with it, word for word.' }),
      expiresAt: z.iso
        .datetime()
        .meta({ description: 'Until when the address is good; then announce the part again.' }),
    }),
  ])
  .meta({ id: 'AnnouncedPart', description: 'Where a part is put; or that it is there already.' });

export const announcedAnswer = z
  .strictObject({ parts: z.array(announced) })
  .meta({ id: 'AnnouncedParts', description: 'Where parts are put.' });

export const uploadCompletedWords = { uploadId, attachmentId };

export type OpenUploadRequest = z.infer<typeof openUploadRequest>;
export type AnnouncePartsRequest = z.infer<typeof announcePartsRequest>;
export type CompleteUploadRequest = z.infer<typeof completeUploadRequest>;
