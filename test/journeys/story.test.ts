// The newspaper's story end to end, small, once per desk (the full one by hand: `npm run story`).
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { flipsMissed, playStory, type Story } from './story.ts';

const CLI = resolve(import.meta.dirname, '../../lib/cli/index.ts');

interface Ran {
  readonly code: number;
  readonly json: { readonly ok?: boolean; readonly findings?: { code: string; where: string }[] } & Record<
    string,
    unknown
  >;
}

async function run(...words: string[]): Promise<Ran> {
  const env = { ...process.env, NODE_OPTIONS: '' };
  const ran = await promisify(execFile)(process.execPath, [CLI, ...words, '--json'], { env, maxBuffer: 1e8 }).then(
    ({ stdout }) => ({ code: 0, stdout }),
    (error: unknown) => error as { code: number; stdout: string },
  );
  return { code: ran.code, json: JSON.parse(ran.stdout.trim().split('\n').at(-1) ?? '{}') as Ran['json'] };
}

// The desk on AWS joins this list when it is built.
describe.each([['local', playStory]] as const)('the story, on the desk that is %s', (_name, play) => {
  let folder = '';
  let story: Story;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'referral-desk-story-'));
    story = await play(folder);
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  it('goes from a folder of evidence to a packet that was verified, and says where everything lies', async () => {
    expect(story.verified).toBe(true);
    for (const file of [story.packet, story.summary, story.trust, story.desk]) expect(await stat(file)).toBeDefined();
    expect((await readFile(story.summary)).subarray(0, 5).toString('latin1')).toBe('%PDF-');
    expect(story.steps.map(({ step }) => step)).toEqual(
      expect.arrayContaining([expect.stringContaining('submitting'), expect.stringContaining('packing')]),
    );
  });

  it('is authentic to a stranger with trust.json, and of an unknown signer to one without', async () => {
    const known = await run('verify', story.packet, '--trust', story.trust);
    expect(known).toMatchObject({ code: 0, json: { ok: true, findings: [] } });
    const unknown = await run('verify', story.packet);
    expect(unknown).toMatchObject({ code: 1, json: { ok: false } });
    expect(unknown.json.findings?.map(({ code }) => code)).toEqual(['trust/unknown-signer']);
  });

  it('shows the reporter what the agency answered, and holds when it is gone over again', async () => {
    const { json } = await run('status', story.referralId, '--data', story.desk);
    expect(json).toMatchObject({
      state: 'finished',
      packets: [{ agency: 'europol', state: 'frozen', answers: [{ answer: 'received' }] }],
    });
    expect(await run('watch', '--data', story.desk)).toMatchObject({ code: 0, json: { findings: [] } });
  });

  it('lets no byte be changed: 200 flips, headers among them, are each found and named', async () => {
    expect(await flipsMissed(story, 200)).toEqual([]);
  }, 600_000);
});
