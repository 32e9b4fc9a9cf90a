// The page of a link in a real browser: Chromium runs its script under its policy, puts the packet together, and shows what it says.
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createApi } from '../../lib/http/index.ts';
import { listenOn, type Listening } from '../../lib/local/listen.ts';
import { packetFileName } from '../../lib/packet/name.ts';
import { freshDesk, noise, type TestDesk } from '../material.ts';
import { packed } from '../lib/packet/material.ts';
import { openBrowser, type Browser } from './browser.ts';

function hasBrowser(): boolean {
  try {
    for (const program of ['chromium', 'chromedriver']) execFileSync(program, ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

const suite = hasBrowser() ? describe : describe.skip; // chromium and chromium-driver are not installed
const why = hasBrowser() ? '' : ' (skipped: no Chromium with its driver here; Debian: chromium, chromium-driver)';

suite(`the page of a link, in Chromium${why}`, () => {
  let test: TestDesk;
  let folder: string;
  let browser: Browser;
  let packetId: string;
  let whole: Buffer;
  /** One that carries whatever is asked for, and one whose answers are small, as on AWS. */
  const servers: { all?: Listening; small?: Listening } = {};

  beforeAll(async () => {
    test = await freshDesk();
    folder = await mkdtemp(join(tmpdir(), 'referral-desk-browser-'));
    ({ packetId, bytes: whole } = await packed(test, [noise('a.mp4', 2_500_000)]));
    const serve = (api: ReturnType<typeof createApi>): Promise<Listening> =>
      listenOn((request) => api.fetch(request), { port: 0, host: '127.0.0.1' });
    servers.all = await serve(createApi(test.desk));
    servers.small = await serve(createApi(test.desk, { limits: { answerBytes: 300_000 } }));
    browser = await openBrowser(folder, join(folder, 'profile'));
  }, 60_000);
  afterAll(async () => {
    await (browser as Browser | undefined)?.close();
    await Promise.all(Object.values(servers).map((server) => server.close(1000)));
    await test.end();
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  });

  async function pageOf(server: Listening | undefined): Promise<string> {
    const { token } = await test.desk.makeLink(await test.as('supervisor'), packetId);
    const url = `http://127.0.0.1:${server?.port}/v1/links/${token}`;
    await browser.open(url);
    return url;
  }

  /** The packet as it was downloaded, once all of it is there. */
  async function downloaded(): Promise<Buffer> {
    const file = join(folder, packetFileName(packetId, 'none'));
    await until(async () => existsSync(file) && (await stat(file)).size === whole.length);
    const bytes = await readFile(file);
    await rm(file);
    return bytes;
  }

  it('gives a packet that one answer carries to whoever presses the button, once', async () => {
    const url = await pageOf(servers.all);
    expect(await browser.text('h1')).toBe('A packet for you');
    await browser.click('button');
    expect((await downloaded()).equals(whole)).toBe(true);
    await browser.open(url);
    expect(await browser.text('body')).not.toContain('Take the packet now');
  }, 60_000);

  it('puts a larger one together of stretches, by the script that its policy lets run', async () => {
    await pageOf(servers.small);
    await browser.run(
      'delete window.showSaveFilePicker; Reflect.deleteProperty(Window.prototype, "showSaveFilePicker")',
    ); // nobody is there to choose a file
    await browser.click('button');
    await until(async () => (await browser.text('output')).startsWith('The packet is whole'));
    expect((await downloaded()).equals(whole)).toBe(true);
    const { releases } = await test.desk.packet(await test.as('auditor'), packetId);
    expect(releases.filter(({ byLink }) => byLink)).toHaveLength(2);
  }, 60_000);

  it('says that a link was used', async () => {
    const url = await pageOf(servers.small);
    await test.desk.endLinks(await test.as('supervisor'), packetId);
    await browser.run('Reflect.deleteProperty(window, "showSaveFilePicker")');
    await browser.click('button');
    await until(async () => (await browser.text('output')).startsWith('This link was used'));
    expect(url).toContain('/v1/links/');
  }, 60_000);

  it('runs no other script', async () => {
    await pageOf(servers.small);
    await browser.run(
      'const s = document.createElement("script"); s.text = "window.other = 1"; document.body.append(s)',
    );
    expect(await browser.run('return window.other ?? null')).toBeNull();
  }, 60_000);
});

async function until(isSo: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 30_000;
  while (!(await isSo())) {
    if (Date.now() > deadline) throw new Error('it never came to that');
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
