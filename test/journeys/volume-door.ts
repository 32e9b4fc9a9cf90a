// One large file through the CyberTipline door of a serving desk, as a platform's client sends it: multipart, made as it goes out.
import { createHash, randomBytes } from 'node:crypto';

const MIB = 1024 * 1024;
const REPORT = `<report><incidentSummary><incidentType>Child Sex Tourism</incidentType>
<incidentDateTime>2026-01-01T10:00:00Z</incidentDateTime></incidentSummary>
<reporter><reportingPerson><email>ada@example.org</email></reportingPerson></reporter></report>`;

/**
 * Submits a report, uploads noise, finishes.
 * @param order whether the report's id comes before the bytes or after them
 * @returns seconds of the upload, and whether the answers were right, the MD5 among them
 */
export async function uploadThroughDoor(
  url: string,
  key: string,
  sizeBytes: number,
  order: 'id first' | 'file first',
): Promise<{ seconds: number; isRight: boolean }> {
  const authorization = `Basic ${Buffer.from(`volume:${key}`).toString('base64')}`;
  const post = async (path: string, type: string, body: string | ReadableStream): Promise<string> => {
    const headers = { authorization, 'content-type': type };
    return (await fetch(`${url}/ispws${path}`, { method: 'POST', headers, body, duplex: 'half' })).text();
  };
  const submitted = await post('/submit', 'text/xml; charset=utf-8', REPORT);
  const id = /<reportId>(\d+)</.exec(submitted)?.[1] ?? '';
  const md5 = createHash('md5');
  const started = performance.now();
  const body = ReadableStream.from(multipart(id, sizeBytes, order, (piece) => md5.update(piece)));
  const uploaded = await post('/upload', 'multipart/form-data; boundary=noise', body);
  const seconds = (performance.now() - started) / 1000;
  const finished = await post('/finish', 'application/x-www-form-urlencoded', `id=${id}`);
  const fileId = /<fileId>([0-9a-f]{32})</.exec(uploaded)?.[1] ?? 'none';
  return { seconds, isRight: uploaded.includes(md5.digest('hex')) && finished.includes(`<fileId>${fileId}</fileId>`) };
}

async function* multipart(
  id: string,
  sizeBytes: number,
  order: 'id first' | 'file first',
  see: (piece: Uint8Array) => void,
): AsyncGenerator<Uint8Array> {
  const idPart = Buffer.from(`--noise\r\nContent-Disposition: form-data; name="id"\r\n\r\n${id}\r\n`);
  if (order === 'id first') yield idPart;
  yield Buffer.from('--noise\r\nContent-Disposition: form-data; name="file"; filename="large.bin"\r\n\r\n');
  const block = randomBytes(MIB);
  for (let left = sizeBytes; left > 0; left -= MIB) {
    const piece = Buffer.from(block.subarray(0, Math.min(MIB, left)));
    piece.writeUInt32LE(left % 2 ** 32, 0);
    see(piece);
    yield await Promise.resolve(piece);
  }
  yield Buffer.from('\r\n');
  if (order === 'file first') yield idPart;
  yield Buffer.from('--noise--\r\n');
}
