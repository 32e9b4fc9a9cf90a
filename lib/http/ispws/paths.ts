// Where the CyberTipline door is.
import { ENDPOINTS, type Endpoint } from './codes.ts';

const BASE = '/ispws';

/** Whether it is this door that answers. */
export function isReportPath(path: string): boolean {
  return path === BASE || path.startsWith(`${BASE}/`);
}

/** @param url of what was asked for, in any form */
export function endpointOf(url: string): Endpoint | undefined {
  const path = URL.parse(url, 'http://desk.local')?.pathname ?? '';
  return ENDPOINTS.find((endpoint) => path === `${BASE}/${endpoint}`);
}
