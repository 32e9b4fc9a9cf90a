// The route that answers the contract: the document about all routes, made when first asked for.
import { json } from './answer.ts';
import { openApiDocument } from './openapi.ts';
import { publicRoute, type Route } from './table.ts';

/** The route that answers the document about all routes, itself included. */
export function contractRoute(others: readonly Route[]): Route {
  let document: object | undefined;
  const contract: Route = publicRoute({
    method: 'GET',
    path: '/v1/openapi.json',
    operation: 'readContract',
    summary: 'This document',
    answers: { 200: { description: 'OpenAPI 3.1.', schema: 'contractForm' } },
    handle: () => Promise.resolve(json(200, (document ??= openApiDocument([...others, contract])))),
  });
  return contract;
}
