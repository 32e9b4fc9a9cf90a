// The client of S3 as the SDK's own settings make it.
import { S3Client } from '@aws-sdk/client-s3';
import { PATIENCE_WITH_BYTES } from './patience.ts';

/** A store at an endpoint of its own (AWS_ENDPOINT_URL_S3) is asked by path, and for no trailing checksums, which not all of them know. */
export function awsS3(): S3Client {
  const patient = { requestHandler: PATIENCE_WITH_BYTES };
  if (process.env['AWS_ENDPOINT_URL_S3'] === undefined) return new S3Client(patient);
  const checksums = {
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
  } as const;
  return new S3Client({ forcePathStyle: true, ...checksums, ...patient });
}
