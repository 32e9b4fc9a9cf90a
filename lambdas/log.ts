// Entries are taken into the log and its checkpoints signed; what is new of it goes into its bucket as files.
import { scheduled } from '../lib/aws/scheduled.ts';
import { integrateInTime } from '../lib/promise.ts';
import { start } from './start.ts';

const { core, environment, telemetry, clock } = start('log');
let files: Promise<() => Promise<number>> | undefined;

/** Loaded with the first step. */
async function openFiles(): Promise<() => Promise<number>> {
  const [{ awsS3 }, { logFiles }] = await Promise.all([
    import('../lib/aws/s3-client.ts'),
    import('../lib/aws/log-files.ts'),
  ]);
  return logFiles(core, { s3: awsS3(), bucket: environment.logBucket });
}

export const handler = scheduled(
  async () => {
    const state = await integrateInTime(core);
    const putFiles = await (files ??= openFiles());
    return { logSize: state?.size ?? 0, logFiles: await putFiles() };
  },
  telemetry,
  clock,
);
