// Makes a data folder that was put back from a backup older than the last destruction, for the independent reader.
import { dirname, join } from 'node:path';
import { makeBackup, restoreBackup } from '../../lib/local/backup.ts';
import { initLocalDesk, openLocalDesk } from '../../lib/local/open.ts';

const ORIGINAL = Buffer.from(
  JSON.stringify({
    incidentSummary: {
      incidentType: 'Online Enticement of Children for Sexual Acts',
      incidentDateTime: '2026-01-20T09:30:00Z',
    },
    reporter: { reportingPerson: { email: [{ value: 'desk@example.org' }] } },
  }),
);

/**
 * Restores a desk in `parent` with a checkpoint that is newer than its backup, so that it begins a second log.
 * @param keysSurvive whether the keys folder, with its list of the destroyed, outlived the loss
 */
export async function makeRestored(parent: string, keysSurvive: boolean): Promise<string> {
  const quiet = { alarm: () => Promise.resolve() };
  const [dir, from, secrets] = [join(parent, 'desk'), join(parent, 'backup'), join(parent, 'secrets')];
  const { keys, folder } = await initLocalDesk({ dir, ...quiet });
  const local = await openLocalDesk({ dir, ...quiet });
  const { desk } = local;
  const reporter = await desk.authenticate(keys.reporter);
  const operator = await desk.authenticate(keys.operator);
  const { referralId } = await desk.open(reporter, ORIGINAL, 'to be destroyed');
  await desk.open(reporter, ORIGINAL, 'to be kept');
  await makeBackup(local, operator, { out: from, secretsOut: secrets });
  await desk.retract(reporter, referralId);
  await desk.tick();
  const state = await desk.integrate();
  await local.close();
  const restored = join(parent, 'restored');
  const survived = keysSurvive ? { keys: dirname(folder.keyFile) } : {};
  await restoreBackup({ dir: restored, from, secrets, checkpoint: state?.checkpoint, ...survived, ...quiet });
  return restored;
}
