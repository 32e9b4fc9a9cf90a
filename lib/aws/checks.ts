// What S3 holds against the bytes that arrive: SHA-256; and MD5, which every S3 knows.
import { createHash } from 'node:crypto';

/** As the headers of a put. A bucket with a lock demands one of them. */
export function checks(bytes: Uint8Array): { ChecksumSHA256: string; ContentMD5: string } {
  const digest = (name: string): string => createHash(name).update(bytes).digest('base64');
  return { ChecksumSHA256: digest('sha256'), ContentMD5: digest('md5') };
}
