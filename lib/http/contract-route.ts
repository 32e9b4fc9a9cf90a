// The route that answers the contract. The document is made when first asked for: most runs of the desk never need what makes it.
import * as z from 'zod';
import { json } from './answer.ts';
import { publicRoute, type Route } from './table.ts';

/** The route that answers the document about all routes, itself included. */
export function contractRoute(others: readonly Route[]): Route {
  let document: object | undefined;
  const contract: Route = publicRoute({
    method: 'GET',
    path: '/v1/openapi.json',
    operation: 'readContract',
    summary: 'This document',
    answers: { 200: { description: 'OpenAPI 3.1.', schema: z.looseObject({ openapi: z.literal('3.1.0') }) } },
    handle: async () => {
      const { openApiDocument } = await import('./openapi.ts');
      return json(200, (document ??= openApiDocument([...others, contract])));
    },
  });
  return contract;
}
