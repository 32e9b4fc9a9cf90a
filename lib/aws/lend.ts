// An address in S3 at which one object can be read for a while, signed with the rights of whoever asks for it. What lies there is ciphertext.
import { GetObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { DeskError } from '../errors.ts';

const SECONDS = 900;

/** @throws DeskError vault/failed where there is nobody in whose name it could be signed */
export async function lendFrom(s3: S3Client, Bucket: string, Key: string): Promise<{ url: string; expiresAt: Date }> {
  try {
    const { getSignedUrl } = await import('@aws-sdk/s3-request-presigner');
    const expiresAt = new Date(Date.now() + SECONDS * 1000);
    return { url: await getSignedUrl(s3, new GetObjectCommand({ Bucket, Key }), { expiresIn: SECONDS }), expiresAt };
  } catch (cause) {
    throw new DeskError('vault/failed', 'The vault could not be asked for an address.', { cause });
  }
}
