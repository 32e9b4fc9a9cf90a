// What is known of a route before it is loaded is what the route itself says, in the same order, and each is found where it is.
import { expect, it } from '@jest/globals';
import { ROUTES } from '../../lib/http/all-routes.ts';
import { OUTLINES } from '../../lib/http/outlines.ts';

it('outlines every route as the route says', () => {
  const said = ROUTES.map(({ method, path, operation, action, isEntered }) => {
    return { method, path, operation, action, isEntered };
  });
  expect(OUTLINES).toEqual(said.map((each) => ({ ...each, load: expect.any(Function) })));
});

it('loads the very route that it outlines', async () => {
  for (const [n, { load }] of OUTLINES.entries()) expect(await load()).toBe(ROUTES[n]);
});
