import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { execFile } from 'node:child_process';
import { mkdir, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { promisify } from 'node:util';
import { run, scratch } from './command-line.ts';

let folder: Awaited<ReturnType<typeof scratch>>;
beforeAll(async () => {
  folder = await scratch();
  await mkdir(folder.at('tmp'));
});
afterAll(() => folder.end());

describe('demo', () => {
  it('goes through one referral, verifies all of it, and answers where it lies', async () => {
    const env = { TMPDIR: folder.at('tmp') };
    const { code, json } = await run(['demo', '--json'], { cwd: folder.dir, env });
    expect(code).toBe(0);
    expect(json).toMatchObject({ verified: true });
    const { desk, receipt, trust, referralId } = json as Record<'desk' | 'receipt' | 'trust' | 'referralId', string>;
    expect(desk.startsWith(folder.at('tmp'))).toBe(true);
    for (const file of [desk, receipt, trust]) expect(await stat(file)).toBeDefined();
    const status = await run(['status', referralId, '--data', desk, '--json']);
    expect(status).toMatchObject({ code: 0, json: { state: 'finished' } });
  });

  it('shows commands that work when they are pasted, and how to remove what it made', async () => {
    const { code, stdout } = await run(['demo', '--data', 'shown'], { cwd: folder.dir });
    expect(code).toBe(0);
    const lines = stdout.split('\n').map((line) => line.trim());
    const pasted = lines.filter((line) => line.startsWith('node ') && !line.includes(' serve '));
    expect(pasted.length).toBeGreaterThan(4);
    const env = { PATH: `${dirname(process.execPath)}:${process.env['PATH'] ?? ''}` };
    for (const line of pasted) await promisify(execFile)('sh', ['-c', line], { cwd: folder.dir, env });
    const remove = lines.find((line) => line.startsWith('rm -rf ')) ?? '';
    await promisify(execFile)('sh', ['-c', remove], { cwd: folder.dir });
    await expect(stat(folder.at('shown'))).rejects.toMatchObject({ code: 'ENOENT' });
  });

  it('leaves a desk that is there alone', async () => {
    await run(['init', '--data', 'mine'], { cwd: folder.dir });
    const ran = await run(['demo', '--data', 'mine', '--json'], { cwd: folder.dir });
    expect(ran).toMatchObject({ code: 1, json: { error: { code: 'desk/exists' } } });
  });
});
