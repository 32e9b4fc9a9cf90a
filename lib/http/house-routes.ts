// The routes of the house: its chain, who may act, agencies, keys, and going over everything again.
import { actorRequest, agencyKeysRequest, agencyRequest, purposeRequest } from '../../schemas/api.ts';
import { PURPOSES } from '../ports.ts';
import { DeskError } from '../errors.ts';
import { json, nothing } from './answer.ts';
import { sinceQuery } from './queries.ts';
import { route, type Route } from './table.ts';

export const HOUSE_ROUTES: readonly Route[] = [
  route('desk:watch', {
    method: 'GET',
    path: '/v1/custody',
    operation: 'readDeskCustody',
    summary: "The desk's own chain",
    query: sinceQuery,
    answers: { 200: { description: 'Every entry, word for word.', schema: 'custodyForm' } },
    handle: async ({ desk, caller, query }) => json(200, await desk.deskCustody(caller, query.since)),
  }),
  route('desk:actors', {
    method: 'GET',
    path: '/v1/actors',
    operation: 'listActors',
    summary: 'Everybody who may act or once could',
    answers: { 200: { description: 'All of them, with their names.', schema: 'actorList' } },
    handle: async ({ desk, caller }) => json(200, { items: await desk.listActors(caller) }),
  }),
  route('desk:actors', {
    method: 'POST',
    path: '/v1/actors',
    operation: 'addActor',
    summary: 'Let somebody act: by a key, shown this once, or as whom she signs in',
    body: actorRequest,
    answers: { 201: { description: 'Added.', schema: 'actorAdded' } },
    handle: async ({ desk, caller, body: { signIn, ...actor } }) =>
      json(
        201,
        signIn === undefined ? await desk.addActor(caller, actor) : await desk.addPerson(caller, actor, signIn),
      ),
  }),
  route('desk:actors', {
    method: 'DELETE',
    path: '/v1/actors/{id}',
    operation: 'revokeActor',
    summary: "End an actor's key, or what her tokens let her do",
    answers: { 204: { description: 'Ended, now or before.' } },
    handle: async ({ desk, caller, ids }) => {
      await desk.revokeActor(caller, ids['id'] ?? '');
      return nothing();
    },
  }),
  route('desk:agencies', {
    method: 'GET',
    path: '/v1/agencies',
    operation: 'listAgencies',
    summary: 'The agencies the desk knows',
    answers: { 200: { description: 'All of them.', schema: 'agencyList' } },
    handle: async ({ desk, caller }) => json(200, { items: await desk.listAgencies(caller) }),
  }),
  route('desk:agencies', {
    method: 'POST',
    path: '/v1/agencies',
    operation: 'addAgency',
    summary: 'Make an agency known',
    body: agencyRequest,
    answers: { 201: { description: 'Added.', schema: 'agencyRecord' } },
    handle: async ({ desk, caller, body }) => json(201, await desk.addAgency(caller, body)),
  }),
  route('desk:agencies', {
    method: 'POST',
    path: '/v1/agencies/{agency}/keys',
    operation: 'changeAgencyKeys',
    summary: 'Change the keys to which its packets are encrypted from now on',
    body: agencyKeysRequest,
    answers: { 200: { description: 'The agency as it is then.', schema: 'agencyRecord' } },
    handle: async ({ desk, caller, ids, body }) =>
      json(200, await desk.changeAgencyKeys(caller, ids['agency'] ?? '', body)),
  }),
  route('object:export-key', {
    method: 'POST',
    path: '/v1/objects/{id}/key',
    operation: 'exportKey',
    summary: 'The raw key of one sealed object; who asked and why is entered first',
    body: purposeRequest,
    answers: { 200: { description: 'The key.', schema: 'exportedKey' } },
    handle: async ({ desk, caller, ids, body }) =>
      json(200, await desk.exportKey(caller, ids['id'] ?? '', body.purpose)),
  }),
  route('desk:keys', {
    method: 'POST',
    path: '/v1/keys/{purpose}/rotate',
    operation: 'rotateKey',
    summary: 'Replace a signing key; the old one vouches for the new one',
    answers: { 200: { description: 'The new key.', schema: 'publicKeyForm' } },
    handle: async ({ desk, caller, ids }) => {
      const purpose = PURPOSES.find((each) => each === ids['purpose']);
      if (purpose === undefined) throw new DeskError('input/invalid', `The purpose is one of: ${PURPOSES.join(', ')}.`);
      return json(200, await desk.rotateKey(caller, purpose));
    },
  }),
  route('desk:watch', {
    method: 'POST',
    path: '/v1/watch',
    operation: 'watch',
    summary: 'Go over everything the desk ever took, down to the last sealed byte',
    answers: { 200: { description: 'What was found.', schema: 'watched' } },
    handle: async ({ desk }) => json(200, await desk.watch()),
  }),
];
