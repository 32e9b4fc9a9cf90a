// A double of NCMEC's Reporting API in memory: reports with their files and states, its clock, and faults between it and whoever calls.
import { createHash, randomBytes } from 'node:crypto';
import { DeskError } from '../../../lib/errors.ts';
import { readFileDetails, readReport, writeAnswer, type Answer } from '../../../lib/formats/cybertipline/index.ts';
import type { Recipient, RecipientAnswer, RecipientCall } from '../../../lib/ports.ts';
import { gather } from '../../material.ts';
import { readForm, type ReadForm } from './form.ts';

export interface DoubleFile {
  readonly id: string;
  readonly name: string;
  readonly contentType: string;
  readonly bytes: Buffer;
  /** The document, where one came. */
  details?: string;
}

export interface DoubleReport {
  readonly id: string;
  readonly xml: string;
  readonly files: DoubleFile[];
  state: 'open' | 'finished' | 'retracted';
  readonly openedAt: number;
  touchedAt: number;
}

/** What stands between caller and server, for one call. */
export interface Fault {
  /** Thrown before the server hears of it. */
  readonly before?: () => unknown;
  /** Answered in place of the server, which never hears of it. */
  readonly instead?: RecipientAnswer;
  /** Thrown after the server has done it. */
  readonly after?: () => unknown;
  /** What becomes of the answer on its way back. */
  readonly change?: (answer: RecipientAnswer) => RecipientAnswer | Promise<RecipientAnswer>;
}

/** @param n how often this path was called before, from 0 */
export type Between = (path: string, n: number) => Fault | undefined;

export interface NcmecDouble {
  readonly recipient: Recipient;
  readonly reports: Map<string, DoubleReport>;
  /** Every call that the server heard of, in order. */
  readonly heard: string[];
  /** May be replaced at any time. */
  between: Between;
}

const HOUR_MS = 3_600_000;

/** @param lives how long an open report lives: NCMEC's 24 and 1 hours */
export function ncmecDouble(
  now: () => Date,
  { schema = '2026' }: Partial<Pick<Recipient, 'schema'>> = {},
): NcmecDouble {
  const reports = new Map<string, DoubleReport>();
  const heard: string[] = [];
  const counts = new Map<string, number>();
  const double: NcmecDouble = {
    reports,
    heard,
    between: () => undefined,
    recipient: {
      name: 'ncmec',
      server: 'https://ncmec.example.org/ispws',
      schema,
      send: async (call) => {
        const n = counts.get(call.path) ?? 0;
        counts.set(call.path, n + 1);
        const fault = double.between(call.path, n) ?? {};
        if (fault.before !== undefined) throw fault.before();
        if (fault.instead !== undefined) return fault.instead;
        heard.push(call.path);
        const answer = await serve(reports, now, call);
        if (fault.after !== undefined) throw fault.after();
        return (await fault.change?.(answer)) ?? answer;
      },
    },
  };
  return double;
}

export function lost(): DeskError {
  return new DeskError('recipient/lost', 'Cut off.');
}

export function unreached(): DeskError {
  return new DeskError('recipient/unreached', 'Nobody there.');
}

/** An answer as the server would give it, or as something between might. */
export function answerOf(status: number, body: Answer | string): RecipientAnswer {
  const text = typeof body === 'string' ? body : writeAnswer(body);
  return { status, body: Buffer.from(text, 'utf8'), requestId: `request-${randomBytes(4).toString('hex')}` };
}

export function refusal(code: number, status = 400): RecipientAnswer {
  return answerOf(status, { root: 'reportResponse', code, description: 'No' });
}

async function serve(
  reports: Map<string, DoubleReport>,
  now: () => Date,
  { path, contentType = '', body = new Uint8Array(), sizeBytes }: RecipientCall,
): Promise<RecipientAnswer> {
  const bytes = body instanceof Uint8Array ? Buffer.from(body) : await gather(body);
  if (sizeBytes !== undefined && sizeBytes !== bytes.length)
    throw new Error('the body has another length than it says');
  if (path === '/status') return ok({});
  if (path === '/submit') return submit(reports, now(), contentType, bytes);
  if (path === '/fileinfo') return fileinfo(reports, now(), contentType, bytes);
  const form = await readForm(contentType, bytes);
  const report = reports.get(form.fields.get('id') ?? '');
  const dead = deadCode(report, now());
  if (report === undefined || dead !== undefined) return refusal(dead ?? 5001, 404);
  if (path === '/upload') return upload(report, now(), form);
  report.state = path === '/finish' ? 'finished' : 'retracted';
  if (path === '/retract') return ok({ reportId: report.id });
  const fileIds = report.files.map(({ id }) => id);
  return answerOf(200, { root: 'reportDoneResponse', code: 0, reportId: report.id, fileIds });
}

function ok(more: { reportId?: string; fileId?: string; hash?: string }): RecipientAnswer {
  return answerOf(200, { root: 'reportResponse', code: 0, description: 'Success', ...more });
}

async function submit(
  reports: Map<string, DoubleReport>,
  now: Date,
  contentType: string,
  bytes: Buffer,
): Promise<RecipientAnswer> {
  if (contentType !== 'text/xml; charset=utf-8') throw new Error(`a report came as ${contentType}`);
  await readReport(bytes);
  const id = String(4_564_654 + reports.size);
  const [openedAt, touchedAt] = [now.getTime(), now.getTime()];
  reports.set(id, { id, xml: bytes.toString('utf8'), files: [], state: 'open', openedAt, touchedAt });
  return ok({ reportId: id });
}

function upload(report: DoubleReport, now: Date, { file }: ReadForm): RecipientAnswer {
  if (file === undefined) return refusal(4200);
  const { name, contentType, bytes } = file;
  const id = `a${randomBytes(16).toString('hex').slice(1)}`;
  report.files.push({ id, name, contentType, bytes });
  report.touchedAt = now.getTime();
  return ok({ reportId: report.id, fileId: id, hash: createHash('md5').update(bytes).digest('hex') });
}

async function fileinfo(
  reports: Map<string, DoubleReport>,
  now: Date,
  contentType: string,
  bytes: Buffer,
): Promise<RecipientAnswer> {
  if (contentType !== 'text/xml; charset=utf-8') throw new Error(`file details came as ${contentType}`);
  const { value } = await readFileDetails(bytes);
  const report = reports.get(String(value.reportId));
  const dead = deadCode(report, now);
  const file = report?.files.find(({ id }) => id === value.fileId);
  if (report === undefined || dead !== undefined) return refusal(dead ?? 5001, 404);
  if (file === undefined) return refusal(5002, 404);
  if (file.details !== undefined) return refusal(4100);
  file.details = bytes.toString('utf8');
  report.touchedAt = now.getTime();
  return ok({ reportId: report.id });
}

function deadCode(report: DoubleReport | undefined, now: Date): number | undefined {
  if (report === undefined) return 5001;
  if (report.state !== 'open') return report.state === 'finished' ? 5102 : 5101;
  return now.getTime() > Math.max(report.openedAt + 24 * HOUR_MS, report.touchedAt + HOUR_MS) ? 5001 : undefined;
}

/** Reports in each state. */
export function tally({ reports }: NcmecDouble): { finished: number; open: number; retracted: number } {
  const count = (state: DoubleReport['state']): number =>
    [...reports.values()].filter((each) => each.state === state).length;
  return { finished: count('finished'), open: count('open'), retracted: count('retracted') };
}
