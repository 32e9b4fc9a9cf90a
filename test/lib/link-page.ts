// A browser as far as the page of a link needs one: its script runs with a document of a button and an output, and asks by `fetch`.
import { createHash, webcrypto } from 'node:crypto';
import { setImmediate as soon } from 'node:timers/promises';
import { runInNewContext } from 'node:vm';

export interface Downloaded {
  readonly bytes: Buffer;
  readonly name: string;
  /** What the page says last. */
  readonly said: string;
}

/** Whether the page's policy (Content-Security-Policy) lets its script run, which a browser would ask first. */
export function mayRun(html: string, policy: string | null): boolean {
  const digest = createHash('sha256').update(scriptOf(html)).digest('base64');
  return policy?.includes(`script-src 'sha256-${digest}'`) === true;
}

function scriptOf(html: string): string {
  return /<script>(.*)<\/script>/s.exec(html)?.[1] ?? '';
}

/** Presses the button, and waits for the end. @param fetch as the browser's, of this very page */
export async function pressed(html: string, fetch: (init: RequestInit) => Promise<Response>): Promise<Downloaded> {
  const [, size = '', step = '', name = ''] =
    /data-size="(\d+)" data-step="(\d+)" data-name="([^"]+)"/.exec(html) ?? [];
  const button = { dataset: { size, step, name }, disabled: false, onclick: () => Promise.resolve() };
  const output = { value: '' };
  const link = { href: '', download: '', click: () => undefined };
  const made: Blob[] = [];
  runInNewContext(scriptOf(html), {
    document: { querySelector: (of: string) => (of === 'button' ? button : output), createElement: () => link },
    window: {},
    location: { href: 'about:this' },
    crypto: webcrypto,
    btoa,
    Uint8Array,
    Blob,
    URL: { createObjectURL: (blob: Blob) => `blob:${made.push(blob)}` },
    setTimeout: (done: () => void) => void soon().then(done), // a browser would wait
    fetch: (_: string, init: RequestInit) => fetch(init),
  });
  await button.onclick();
  const bytes = Buffer.from((await made.at(-1)?.arrayBuffer()) ?? new ArrayBuffer());
  return { bytes, name: link.download, said: output.value };
}
