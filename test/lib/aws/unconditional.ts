// A signed request without its If-Match, signed anew (AWS Signature Version 4, in headers). radosgw 16 answers 412 in versioned buckets even where the ETag is
// the one that is there, so what stands before it in tests compares by itself and asks without.
import { createHash, createHmac } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';

/** What radosgw.sh gives its user. */
const SECRET = 'rgwtestsecret';

export function unconditional(method: string, url: string, headers: IncomingHttpHeaders): IncomingHttpHeaders {
  const [, id = '', scope = '', names = ''] =
    /Credential=([^/]+)\/([^,]+), ?SignedHeaders=([^,]+),/.exec(headers.authorization ?? '') ?? [];
  const rest = Object.fromEntries(Object.entries(headers).filter(([name]) => name !== 'if-match'));
  const signed = names.split(';').filter((name) => name !== 'if-match');
  const [path = '', query = ''] = url.split('?');
  const canonical = [
    method,
    path,
    query.split('&').toSorted().join('&'),
    ...signed.map((name) => `${name}:${String(rest[name] ?? '').trim()}`),
    '',
    signed.join(';'),
    rest['x-amz-content-sha256'],
  ].join('\n');
  const date = String(rest['x-amz-date']);
  const text = ['AWS4-HMAC-SHA256', date, scope, createHash('sha256').update(canonical).digest('hex')].join('\n');
  const key = scope.split('/').reduce<string | Buffer>((held, part) => hmac(held, part), `AWS4${SECRET}`);
  const signature = hmac(key, text).toString('hex');
  const authorization = `AWS4-HMAC-SHA256 Credential=${id}/${scope}, SignedHeaders=${signed.join(';')}, Signature=${signature}`;
  return { ...rest, authorization };
}

function hmac(key: string | Buffer, text: string): Buffer {
  return createHmac('sha256', key).update(text, 'utf8').digest();
}
