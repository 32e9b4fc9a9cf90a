// The CyberTipline door: NCMEC's reporting API as its clients know it, below /ispws, so that they change their base URL and nothing else.
// Always true: who asks is settled first, errors are no 2xx and a reportResponse, and answers are application/xml.
import { demand, type Action, type Caller } from '../../access.ts';
import type { Desk } from '../../desk.ts';
import { DeskError } from '../../errors.ts';
import type { Limits } from '../limits.ts';
import { remoteAddress } from '../remote.ts';
import { checkHeaders } from '../request.ts';
import { document, success, xml } from './answer.ts';
import { readCredentials } from './basic.ts';
import { readDocument, readId } from './body.ts';
import type { Endpoint } from './codes.ts';
import { endpointOf } from './paths.ts';
import { refusal } from './refusal.ts';
import { takeUpload } from './upload.ts';

/** The verbs this door needs. */
export type ReportDesk = Pick<
  Desk,
  'submitReport' | 'uploadFile' | 'describeFile' | 'finishReport' | 'retractReport' | 'holdFile'
>;

export interface ReportDoor {
  readonly desk: ReportDesk;
  readonly limits: Limits;
  /** Who asks. @throws DeskError access/unauthenticated, access/too-many-requests */
  readonly identify: (request: Request) => Promise<Caller>;
}

/** @throws DeskError, which `refuseReport` answers */
export async function answerReport(door: ReportDoor, request: Request): Promise<Response> {
  checkHeaders(request.headers, door.limits);
  const caller = await door.identify(request);
  const endpoint = endpointOf(request.url);
  if (endpoint === undefined) throw new DeskError('absent/route', 'There is nothing at this path.');
  const { method, action, handle } = ROUTES[endpoint];
  demand(caller, action);
  if (request.method === method) return handle({ ...door, caller, request });
  const refused = refusal(new DeskError('absent/method', 'This path does not take this method.'), endpoint);
  refused.headers.set('Allow', method);
  return refused;
}

// ── the endpoints ─────────────────────────────────────────────────────────────────────────────────────────────────────

interface Call extends ReportDoor {
  readonly caller: Caller;
  readonly request: Request;
}

interface ReportRoute {
  readonly method: 'GET' | 'POST';
  /** What only reporters may. */
  readonly action: Action;
  readonly handle: (call: Call) => Promise<Response>;
}

const ROUTES: Readonly<Record<Endpoint, ReportRoute>> = {
  status: {
    method: 'GET',
    action: 'referral:open',
    handle: ({ request }) => {
      const description = `Remote User: ${userOf(request)}, Remote Ip: ${remoteAddress(request) ?? 'unknown'}`;
      return Promise.resolve(xml(200, { root: 'reportResponse', code: 0, description }));
    },
  },
  xsd: {
    method: 'GET',
    action: 'referral:open',
    handle: async () => document((await import('../../formats/cybertipline/xsd.ts')).cybertiplineXsd()),
  },
  submit: {
    method: 'POST',
    action: 'referral:open',
    handle: async ({ desk, caller, request, limits }) => {
      const { reportId } = await desk.submitReport(caller, await readDocument(request, limits.jsonBytes));
      return success({ reportId });
    },
  },
  upload: {
    method: 'POST',
    action: 'referral:attach',
    handle: async ({ desk, caller, request }) => {
      const { reportId, fileId, md5 } = await takeUpload(desk, caller, request);
      return success({ reportId, fileId, hash: md5 });
    },
  },
  fileinfo: {
    method: 'POST',
    action: 'referral:attach',
    handle: async ({ desk, caller, request, limits }) => {
      const { reportId } = await desk.describeFile(caller, await readDocument(request, limits.jsonBytes));
      return success({ reportId });
    },
  },
  finish: {
    method: 'POST',
    action: 'referral:finish',
    handle: async ({ desk, caller, request, limits }) => {
      const finished = await desk.finishReport(caller, await readId(request, limits.smallJsonBytes));
      return xml(200, { root: 'reportDoneResponse', code: 0, ...finished });
    },
  },
  retract: {
    method: 'POST',
    action: 'referral:retract',
    handle: async ({ desk, caller, request, limits }) => {
      const { reportId } = await desk.retractReport(caller, await readId(request, limits.smallJsonBytes));
      return success({ reportId });
    },
  },
};

const USER_CHARACTERS = 64;

/** The name as it was shown, so that a client sees which credentials it uses; cut short, since it may be anything. */
function userOf({ headers }: Request): string {
  return (readCredentials(headers)?.user ?? '').slice(0, USER_CHARACTERS).toWellFormed();
}
