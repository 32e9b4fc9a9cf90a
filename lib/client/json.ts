// A call whose answer is JSON: how it is written, and how its answer is read.
import type { Ask, Asked } from './transport.ts';

export function callers(ask: Ask) {
  const send = <T>(method: Asked['method'], path: string, body?: object): Promise<T> =>
    ask({ method, path, ...jsonOf(body), isRepeatable: method === 'GET' }, readJson<T>);
  return {
    get: <T>(path: string): Promise<T> => send('GET', path),
    post: <T>(path: string, body?: object): Promise<T> => send('POST', path, body),
    send,
  };
}

export function jsonOf(body: object | undefined, more: Record<string, string> = {}): Pick<Asked, 'body' | 'headers'> {
  if (body === undefined) return {};
  return { body: Buffer.from(JSON.stringify(body), 'utf8'), headers: { 'Content-Type': 'application/json', ...more } };
}

/** The desk answers what its contract says; the contract is tested where it is kept. */
export async function readJson<T>(answer: Response): Promise<T> {
  return (await answer.json()) as T;
}

export async function items<T>(answer: Promise<{ readonly items: T[] }>): Promise<T[]> {
  return (await answer).items;
}

export function queryOf(parameters: Readonly<Record<string, string | number | undefined>>): string {
  const given = Object.entries(parameters).flatMap(([name, value]) =>
    value === undefined ? [] : [`${name}=${encodeURIComponent(value)}`],
  );
  return given.length === 0 ? '' : `?${given.join('&')}`;
}
