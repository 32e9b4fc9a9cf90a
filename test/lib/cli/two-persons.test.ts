import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import type { FirstActor } from '../../../lib/house.ts';
import { initLocalDesk, openLocalDesk } from '../../../lib/local/open.ts';
import { referralBody } from '../../material.ts';
import { run, scratch, type Ran } from './command-line.ts';

let folder: Awaited<ReturnType<typeof scratch>>;
let keys: Readonly<Record<FirstActor, string>>;
let id: string;

/** A desk whose one referral was finished 400 days ago. */
beforeAll(async () => {
  folder = await scratch();
  const dir = folder.at('desk-data');
  const now = (): Date => new Date(Date.now() - 400 * 86_400_000);
  ({ keys } = await initLocalDesk({ dir, now }));
  const local = await openLocalDesk({ dir, now });
  const reporter = await local.desk.authenticate(keys.reporter);
  const early = { incidentDateTime: '2020-01-01T10:00:00Z' };
  const body = referralBody([], { incidentSummary: { incidentType: 'Child Sex Tourism', ...early } });
  ({ referralId: id } = await local.desk.open(reporter, body, randomUUID()));
  await local.desk.finish(reporter, id);
  await local.desk.integrate();
  await local.close();
});
afterAll(() => folder.end());

const desk = (...args: string[]): Promise<Ran> => run([...args, '--json'], { cwd: folder.dir });

describe('destruction, once retention has ended', () => {
  let destructionId: string;

  it('is asked for by one person', async () => {
    const order = ['--reason', 'no longer needed', '--legal-basis', 'order 10/26'];
    const asked = await desk('destroy', id, ...order, '--key', keys.supervisor);
    expect(asked.code).toBe(0);
    ({ destructionId } = asked.json as { destructionId: string });
  });

  it('is not approved by the same person', async () => {
    const same = await desk('approve', id, destructionId, '--key', keys.supervisor);
    expect(same).toMatchObject({ code: 1, json: { error: { code: 'access/same-person' } } });
    expect(await desk('status', id)).toMatchObject({ json: { state: 'finished' } });
  });

  it('is not carried out while its certificate cannot be written where it was asked for', async () => {
    const unwritable = ['--certificate', 'desk-data', '--key', keys.supervisor2];
    expect(await desk('approve', id, destructionId, ...unwritable)).toMatchObject({ code: 2 });
    expect(await desk('status', id)).toMatchObject({ json: { state: 'finished' } });
  });

  it('is approved by another, and leaves a certificate, an unbroken chain and a desk that holds', async () => {
    const approved = await desk('approve', id, destructionId, '--key', keys.supervisor2);
    expect(approved).toMatchObject({ code: 0, json: { referralId: id, file: folder.at(`${id}.certificate.json`) } });
    expect(await desk('status', id)).toMatchObject({ json: { state: 'destroyed' } });
    expect(await desk('watch')).toMatchObject({ code: 0, json: { ok: true } });
    expect((await desk('custody', id, '--out', 'custody.json')).code).toBe(0);
    expect(await desk('trust', '--out', 'trust.json')).toMatchObject({ code: 0 });
    expect(await desk('verify', 'custody.json', '--trust', 'trust.json')).toMatchObject({ code: 0 });
  });

  it('gives its certificate again when it is approved once more', async () => {
    const again = ['--certificate', 'again.json', '--key', keys.supervisor2];
    const ran = await desk('approve', id, destructionId, ...again);
    expect(ran).toMatchObject({ code: 0, json: { referralId: id, file: folder.at('again.json') } });
  });
});
