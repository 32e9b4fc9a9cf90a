// Entries are taken into the log and its checkpoints signed; what is new of it goes into its bucket as files.
import { scheduled } from '../lib/aws/scheduled.ts';
import { DeskError } from '../lib/errors.ts';
import { integrateInTime } from '../lib/promise.ts';
import { start } from './start.ts';

const { core, environment, telemetry, clock } = start('log');
let files: Promise<() => Promise<number>> | undefined;

/** Loaded with the first step. @throws DeskError input/invalid where no bucket is named: entries are taken in all the same */
async function openFiles(): Promise<() => Promise<number>> {
  const { logBucket: bucket } = environment;
  if (bucket === undefined) throw new DeskError('input/invalid', 'Set this variable of the lambda: LOG_BUCKET.');
  const [{ awsS3 }, { logFiles }] = await Promise.all([
    import('../lib/aws/s3-client.ts'),
    import('../lib/aws/log-files.ts'),
  ]);
  return logFiles(core, { s3: awsS3(), bucket });
}

export const handler = scheduled(
  async () => {
    const state = await integrateInTime(core);
    files ??= openFiles();
    const putFiles = await files;
    return { logSize: state?.size ?? 0, logFiles: await putFiles() };
  },
  telemetry,
  clock,
);
