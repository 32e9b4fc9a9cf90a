// A desk is founded on its fresh stack, once: whoever deploys it asks for that by hand, and is shown the first keys, which nothing keeps.
import { S3Client } from '@aws-sdk/client-s3';
import { withinDeadline, type Invocation } from '../lib/aws/deadline.ts';
import { initAwsDesk } from '../lib/aws/open.ts';
import { codeOf, wordless } from '../lib/aws/telemetry.ts';
import { start } from './start.ts';

const { book, lent, environment, telemetry, clock } = start('found');

/** @throws DeskError state/exists where it was founded before */
export async function handler(
  _event: unknown,
  invocation: Invocation,
): Promise<Awaited<ReturnType<typeof initAwsDesk>>> {
  const began = clock();
  const told = () => ({ requestId: invocation.awsRequestId, durationMs: Math.round(clock() - began) });
  try {
    const parts = { ...environment.parts, ...book, s3: new S3Client({}) };
    const founded = await withinDeadline(invocation, initAwsDesk(parts, lent, environment.settings));
    telemetry.tell({ ...told(), code: 'done' });
    return founded;
  } catch (error) {
    telemetry.tell({ ...told(), code: codeOf(error), fault: error });
    throw wordless(error);
  }
}
