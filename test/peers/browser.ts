// Chromium, driven by W3C WebDriver through Debian's ChromeDriver: as much of it as a page with one button asks for.
import { spawn, type ChildProcess } from 'node:child_process';

const ELEMENT = 'element-6066-11e4-a52e-4f735466cecf'; // WebDriver's own name for a reference to an element

/** One page at a time; what it downloads lies in the folder it was opened with. */
export interface Browser {
  open(url: string): Promise<void>;
  /** Runs as the body of a function in the page. */
  run(script: string): Promise<unknown>;
  click(selector: string): Promise<void>;
  text(selector: string): Promise<string>;
  close(): Promise<void>;
}

/** Without the flags of `QUIET` it would look for its maker's servers. */
const QUIET = ['--disable-background-networking', '--disable-component-update', '--disable-sync', '--no-first-run'];

export async function openBrowser(downloads: string, profile: string): Promise<Browser> {
  const driver = spawn('chromedriver', ['--port=0'], { stdio: ['ignore', 'pipe', 'ignore'] });
  const url = `http://127.0.0.1:${await portOf(driver)}`;
  const args = [
    '--headless',
    '--no-sandbox',
    '--disable-gpu',
    '--disable-quic',
    ...QUIET,
    `--user-data-dir=${profile}`,
  ];
  const prefs = { 'download.default_directory': downloads, 'download.prompt_for_download': false };
  const capabilities = { alwaysMatch: { browserName: 'chrome', 'goog:chromeOptions': { args, prefs } } };
  const { sessionId } = (await call(`${url}/session`, { capabilities }).catch((error: unknown) => {
    driver.kill();
    throw error;
  })) as { sessionId: string };
  const at = `${url}/session/${sessionId}`;
  const find = async (value: string): Promise<string> =>
    ((await call(`${at}/element`, { using: 'css selector', value })) as Record<string, string>)[ELEMENT] ?? '';
  return {
    open: async (page) => {
      await call(`${at}/url`, { url: page });
    },
    run: (script) => call(`${at}/execute/sync`, { script, args: [] }),
    click: async (selector) => {
      await call(`${at}/element/${await find(selector)}/click`, {});
    },
    text: async (selector) => String(await call(`${at}/element/${await find(selector)}/text`)),
    close: async () => {
      await fetch(at, { method: 'DELETE' }).catch(() => undefined);
      driver.kill();
    },
  };
}

function portOf(driver: ChildProcess): Promise<number> {
  return new Promise((resolve, reject) => {
    let said = '';
    driver.stdout?.on('data', (piece: Buffer) => {
      said += piece.toString('utf8');
      const port = /started successfully on port (\d+)/.exec(said)?.[1];
      if (port !== undefined) resolve(Number(port));
    });
    driver.once('error', reject);
    driver.once('exit', () => {
      reject(new Error(`chromedriver ended: ${said}`));
    });
  });
}

async function call(url: string, body?: object): Promise<unknown> {
  const post = { method: 'POST', body: JSON.stringify(body), headers: { 'content-type': 'application/json' } };
  const answer = await fetch(url, body === undefined ? {} : post);
  const { value } = (await answer.json()) as { value: unknown };
  if (!answer.ok) throw new Error(`WebDriver: ${JSON.stringify(value).slice(0, 300)}`);
  return value;
}
