// The routes there are, as far as they must be known to find one and to say who may ask; what each reads, does and answers is loaded with the first
// request for one of its file, so that a lambda with few routes loads few. The words are those of the files themselves (test/lib/http-outlines.test.ts).
import type { Action } from '../access.ts';
import { later } from '../later.ts';
import type { Method, Outline, Route } from './table.ts';

/** A route that is not loaded yet. */
export interface Waiting extends Outline {
  readonly load: () => Promise<Route>;
}

type Row = readonly [method: Method, path: string, operation: string, action?: Action, entered?: 'entered'];

const FILES: readonly (readonly [load: () => Promise<readonly Route[]>, rows: readonly Row[]])[] = [
  [
    later(async () => (await import('./referral-routes.ts')).REFERRAL_ROUTES),
    [
      ['POST', '/v1/referrals', 'openReferral', 'referral:open'],
      ['GET', '/v1/referrals', 'listReferrals', 'referral:list'],
      ['GET', '/v1/referrals/{id}', 'readReferral', 'referral:state'],
      ['POST', '/v1/referrals/{id}/finish', 'finishReferral', 'referral:finish'],
      ['GET', '/v1/referrals/{id}/receipt', 'readReceipt', 'referral:receipt'],
      ['GET', '/v1/referrals/{id}/custody', 'readCustody', 'custody:read'],
    ],
  ],
  [
    later(async () => (await import('./view-routes.ts')).VIEW_ROUTES),
    [
      ['GET', '/v1/referrals/{id}/views', 'readViews', 'attachment:read'],
      ['POST', '/v1/referrals/{id}/views', 'recordView', 'referral:record-view'],
    ],
  ],
  [
    later(async () => (await import('./attachment-routes.ts')).ATTACHMENT_ROUTES),
    [
      ['PUT', '/v1/referrals/{id}/attachments/{a}', 'attach', 'referral:attach'],
      ['GET', '/v1/referrals/{id}/attachments/{a}', 'readAttachment', 'attachment:read', 'entered'],
    ],
  ],
  [
    later(async () => (await import('./upload-routes.ts')).UPLOAD_ROUTES),
    [
      ['POST', '/v1/referrals/{id}/uploads', 'openUpload', 'referral:attach'],
      ['POST', '/v1/referrals/{id}/uploads/{u}/parts', 'announceParts', 'referral:attach'],
      ['POST', '/v1/referrals/{id}/uploads/{u}/complete', 'completeUpload', 'referral:attach'],
      ['DELETE', '/v1/referrals/{id}/uploads/{u}', 'endUpload', 'referral:attach'],
      ['PUT', '/v1/parts/{token}', 'putPart'],
    ],
  ],
  [
    later(async () => (await import('./packet-routes.ts')).PACKET_ROUTES),
    [
      ['GET', '/v1/referrals/{id}/summary.pdf', 'readSummary', 'summary:read', 'entered'],
      ['POST', '/v1/referrals/{id}/packets', 'orderPacket', 'packet:order'],
      ['GET', '/v1/packets', 'listPackets', 'packet:state'],
      ['GET', '/v1/packets/{id}', 'takePacket', 'packet:take', 'entered'],
      ['GET', '/v1/packets/{id}/status', 'readPacket', 'packet:state'],
      ['POST', '/v1/packets/{id}/acknowledge', 'acknowledge', 'packet:acknowledge'],
      ['POST', '/v1/packets/{id}/links', 'makeLink', 'packet:link'],
      ['DELETE', '/v1/packets/{id}/links', 'endLinks', 'packet:link'],
      ['GET', '/v1/links/{token}', 'lookAtLink'],
      ['POST', '/v1/links/{token}', 'takeByLink'],
    ],
  ],
  [
    later(async () => (await import('./filing-routes.ts')).FILING_ROUTES),
    [
      ['POST', '/v1/referrals/{id}/filings', 'orderFiling', 'filing:order'],
      ['GET', '/v1/referrals/{id}/filings', 'listFilings', 'filing:state'],
    ],
  ],
  [
    later(async () => (await import('./lawful-routes.ts')).LAWFUL_ROUTES),
    [
      ['POST', '/v1/referrals/{id}/regimes', 'assignRegime', 'regime:assign'],
      ['POST', '/v1/referrals/{id}/regimes/met', 'meetRegime', 'regime:meet'],
      ['POST', '/v1/referrals/{id}/consents', 'consent', 'referral:consent'],
      ['POST', '/v1/referrals/{id}/clearances', 'clear', 'referral:clear'],
      ['POST', '/v1/packets/{id}/clearances', 'clearPacket', 'packet:clear'],
      ['POST', '/v1/referrals/{id}/clearances/withdrawals', 'withdraw', 'referral:clear'],
      ['POST', '/v1/packets/{id}/clearances/withdrawals', 'withdrawPacket', 'packet:clear'],
      ['GET', '/v1/notices', 'listNotices', 'notice:state'],
      ['GET', '/v1/notices/{id}', 'readNotice', 'notice:read'],
      ['POST', '/v1/notices/{id}/acknowledge', 'acknowledgeNotice', 'notice:acknowledge'],
    ],
  ],
  [
    later(async () => (await import('./order-routes.ts')).ORDER_ROUTES),
    [
      ['POST', '/v1/referrals/{id}/retract', 'retractReferral', 'referral:retract'],
      ['POST', '/v1/referrals/{id}/holds', 'orderHold', 'hold:order'],
      ['DELETE', '/v1/referrals/{id}/holds/{h}', 'endHold', 'hold:end'],
      ['POST', '/v1/referrals/{id}/destructions', 'requestDestruction', 'destruction:request'],
      ['POST', '/v1/referrals/{id}/destructions/{d}/approve', 'approveDestruction', 'destruction:approve'],
      ['GET', '/v1/referrals/{id}/certificate', 'readCertificate', 'custody:read'],
    ],
  ],
  [
    later(async () => (await import('./house-routes.ts')).HOUSE_ROUTES),
    [
      ['GET', '/v1/custody', 'readDeskCustody', 'desk:watch'],
      ['GET', '/v1/actors', 'listActors', 'desk:actors'],
      ['POST', '/v1/actors', 'addActor', 'desk:actors'],
      ['DELETE', '/v1/actors/{id}', 'revokeActor', 'desk:actors'],
      ['GET', '/v1/agencies', 'listAgencies', 'desk:agencies'],
      ['POST', '/v1/agencies', 'addAgency', 'desk:agencies'],
      ['POST', '/v1/agencies/{agency}/keys', 'changeAgencyKeys', 'desk:agencies'],
      ['POST', '/v1/objects/{id}/key', 'exportKey', 'object:export-key'],
      ['POST', '/v1/keys/{purpose}/rotate', 'rotateKey', 'desk:keys'],
      ['POST', '/v1/watch', 'watch', 'desk:watch'],
    ],
  ],
  [
    later(async () => (await import('./public-routes.ts')).PUBLIC_ROUTES),
    [
      ['GET', '/v1/log/checkpoint', 'readCheckpoint'],
      ['GET', '/v1/log/{path}', 'readLogFile'],
      ['GET', '/v1/trust', 'readTrust'],
      ['GET', '/healthz', 'health'],
    ],
  ],
];

/** All of them but the contract's, in the order of the contract. */
export const OUTLINES: readonly Waiting[] = FILES.flatMap(([load, rows]) =>
  rows.map(([method, path, operation, action, entered]) => ({
    ...{ method, path, operation, action, isEntered: entered !== undefined },
    load: async () => found(await load(), operation),
  })),
);

/** A route that is at hand, as one that is waited for. */
export function atHand(route: Route): Waiting {
  return { ...route, load: () => Promise.resolve(route) };
}

function found(routes: readonly Route[], operation: string): Route {
  const route = routes.find((each) => each.operation === operation);
  if (route === undefined) throw new Error(`no route ${operation}`);
  return route;
}
