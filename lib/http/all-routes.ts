// All routes whole, with their forms: for the contract, and for whoever checks it.
import { ATTACHMENT_ROUTES } from './attachment-routes.ts';
import { FILING_ROUTES } from './filing-routes.ts';
import { HOUSE_ROUTES } from './house-routes.ts';
import { LAWFUL_ROUTES } from './lawful-routes.ts';
import { ORDER_ROUTES } from './order-routes.ts';
import { PACKET_ROUTES } from './packet-routes.ts';
import { PUBLIC_ROUTES } from './public-routes.ts';
import { REFERRAL_ROUTES } from './referral-routes.ts';
import type { Route } from './table.ts';
import { UPLOAD_ROUTES } from './upload-routes.ts';
import { VIEW_ROUTES } from './view-routes.ts';

export const ROUTES: readonly Route[] = [
  ...REFERRAL_ROUTES,
  ...VIEW_ROUTES,
  ...ATTACHMENT_ROUTES,
  ...UPLOAD_ROUTES,
  ...PACKET_ROUTES,
  ...FILING_ROUTES,
  ...LAWFUL_ROUTES,
  ...ORDER_ROUTES,
  ...HOUSE_ROUTES,
  ...PUBLIC_ROUTES,
];
