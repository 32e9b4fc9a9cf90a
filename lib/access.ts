// Who may do what: one table, no input but its arguments. What the table does not grant is refused.
import { DeskError } from './errors.ts';

/** Who there is: whoever refers, receives, decides, checks, and runs the desk. */
export const ROLES = ['reporter', 'investigator', 'supervisor', 'auditor', 'operator'] as const;
export type Role = (typeof ROLES)[number];

/** Whoever acts, as the desk has proved it. Ids only. */
export interface Caller {
  readonly actorId: string;
  readonly role: Role;
  /** A reporter's organisation: referrals are its own when they came from it. */
  readonly organisation?: string;
  /** An investigator's agency. */
  readonly agency?: string;
  /** True for whoever sits at the machine and showed no key of her own: counts as no particular person. */
  readonly isHouse: boolean;
}

/** What there is to be done, `<thing>:<act>`; each route of the HTTP API is one of them. */
export type Action =
  | 'referral:open'
  | 'referral:attach'
  | 'referral:finish'
  | 'referral:retract'
  | 'referral:state'
  | 'referral:list'
  | 'referral:receipt'
  | 'referral:record-view'
  | 'referral:consent'
  | 'attachment:read'
  | 'custody:read'
  | 'summary:read'
  | 'packet:order'
  | 'packet:state'
  | 'packet:take'
  | 'packet:link'
  | 'packet:acknowledge'
  | 'filing:order'
  | 'filing:state'
  | 'regime:assign'
  | 'regime:meet'
  | 'referral:clear'
  | 'packet:clear'
  | 'notice:state'
  | 'notice:read'
  | 'notice:acknowledge'
  | 'hold:order'
  | 'hold:end'
  | 'destruction:request'
  | 'destruction:approve'
  | 'object:export-key'
  | 'desk:watch'
  | 'desk:actors'
  | 'desk:agencies'
  | 'desk:keys'
  | 'desk:backup';

/** `own`: only referrals of her own organisation, or packets of her own agency. `any`: whichever. */
export type Reach = 'own' | 'any';

/** The table: role → action → how far. What is not in it is refused. */
export const GRANTS: { readonly [R in Role]: { readonly [A in Action]?: Reach } } = {
  reporter: {
    'referral:open': 'own',
    'referral:attach': 'own',
    'referral:finish': 'own',
    'referral:retract': 'own',
    'referral:state': 'own',
    'referral:list': 'own',
    'referral:receipt': 'own',
    'referral:record-view': 'own',
    'referral:consent': 'own',
    'custody:read': 'own',
    'filing:state': 'own',
  },
  // What is her agency's is the packet; of the referral itself she has nothing.
  investigator: {
    'packet:state': 'own',
    'packet:take': 'own',
    'packet:acknowledge': 'own',
    'packet:clear': 'own',
    'notice:state': 'own',
    'notice:read': 'own',
    'notice:acknowledge': 'own',
  },
  supervisor: {
    'referral:state': 'any',
    'referral:list': 'any',
    'referral:record-view': 'any',
    'attachment:read': 'any',
    'custody:read': 'any',
    'summary:read': 'any',
    'packet:order': 'any',
    'packet:state': 'any',
    'packet:take': 'any',
    'packet:link': 'any',
    'packet:acknowledge': 'any',
    'filing:order': 'any',
    'filing:state': 'any',
    'regime:assign': 'any',
    'regime:meet': 'any',
    'referral:clear': 'any',
    'notice:state': 'any',
    'notice:read': 'any',
    'notice:acknowledge': 'any',
    'hold:order': 'any',
    'hold:end': 'any',
    'destruction:request': 'any',
    'destruction:approve': 'any',
    'object:export-key': 'any',
  },
  auditor: {
    'referral:state': 'any',
    'referral:list': 'any',
    'custody:read': 'any',
    'packet:state': 'any',
    'filing:state': 'any',
    'notice:state': 'any',
    'desk:watch': 'any',
  },
  operator: {
    'desk:actors': 'any',
    'desk:agencies': 'any',
    'desk:keys': 'any',
    'desk:backup': 'any',
    'desk:watch': 'any',
  },
};

/** Whether `caller` may do `action` to something of `organisation` (of no one in particular when undefined). */
export function may(caller: Caller, action: Action, organisation?: string): boolean {
  const reach = GRANTS[caller.role][action];
  if (reach === 'own') return organisation === undefined || organisation === caller.organisation;
  return reach === 'any';
}

/** @throws DeskError access/denied */
export function demand(caller: Caller, action: Action, organisation?: string): void {
  if (!may(caller, action, organisation)) {
    throw new DeskError('access/denied', `A ${caller.role} may not do this (${action}): ask the desk's operator.`);
  }
}

/**
 * Demands the right to act on one referral. To one who may never do this to any referral of others, another's referral is
 * as absent as one that does not exist.
 * @throws DeskError access/denied, absent/referral
 */
export function demandOn(caller: Caller, action: Action, referral: { readonly reporter: string } | undefined): void {
  demand(caller, action);
  if (referral === undefined || !may(caller, action, referral.reporter)) {
    throw new DeskError('absent/referral', 'There is no such referral, or it is not yours to see.');
  }
}

/**
 * Demands the right to act on one packet: an agency sees its own and no others, which are as absent as what does not exist.
 * @throws DeskError access/denied, absent/packet
 */
export function demandOnPacket(caller: Caller, action: Action, packet: { readonly agency: string } | undefined): void {
  const reach = GRANTS[caller.role][action];
  demand(caller, action);
  const isOwn = caller.agency !== undefined && caller.agency === packet?.agency;
  if (packet === undefined || (reach === 'own' && !isOwn)) {
    throw new DeskError('absent/packet', 'There is no such packet, or it is not yours to see.');
  }
}

/**
 * Demands the right to act on one notice of clearance: an agency sees those for it and no others.
 * @throws DeskError access/denied, absent/notice
 */
export function demandOnNotice(
  caller: Caller,
  action: Action,
  notice: { readonly agency?: string | undefined } | undefined,
): void {
  const reach = GRANTS[caller.role][action];
  demand(caller, action);
  const isOwn = caller.agency !== undefined && caller.agency === notice?.agency;
  if (notice === undefined || (reach === 'own' && !isOwn)) {
    throw new DeskError('absent/notice', 'There is no such notice, or it is not for your agency.');
  }
}
