// Who asks at the CyberTipline door: HTTP Basic (RFC 7617) in UTF-8. The password is a reporter's key; the user is any name.
import type { Desk } from '../../desk.ts';
import { DeskError } from '../../errors.ts';
import type { Authenticate } from '../caller.ts';

export const CHALLENGE = 'Basic realm="Referral Desk", charset="UTF-8"';

export function byBasic(desk: Pick<Desk, 'authenticate'>): Authenticate {
  return async (request) => {
    const shown = readCredentials(request.headers);
    if (shown === undefined) {
      throw new DeskError('access/unauthenticated', 'Show any user, and a key of this desk as the password.');
    }
    return desk.authenticate(shown.password);
  };
}

interface Credentials {
  readonly user: string;
  readonly password: string;
}

const BASIC = /^Basic +((?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}(?:==)?|[A-Za-z0-9+/]{3}=?)?) *$/i;

/** Undefined where there are none, or none that can be read. The first colon ends the user. */
export function readCredentials(headers: Headers): Credentials | undefined {
  const [, encoded] = BASIC.exec(headers.get('authorization') ?? '') ?? [];
  if (encoded === undefined) return undefined;
  const text = Buffer.from(encoded, 'base64').toString('utf8');
  const colon = text.indexOf(':');
  return colon < 0 ? undefined : { user: text.slice(0, colon), password: text.slice(colon + 1) };
}
