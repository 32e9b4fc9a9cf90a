// What a route is: method, path, words, who may ask, what goes in and what comes out, said once and used both to answer and to
// describe. A route without an action is public; all others are asked by a caller who may do that action.
import type * as z from 'zod';
import type { Action, Caller } from '../access.ts';
import type { Desk } from '../desk.ts';
import type * as forms from './forms.ts';
import type { Limits } from './limits.ts';
import { readJson, readQuery } from './request.ts';

export type Method = 'GET' | 'POST' | 'PUT' | 'DELETE';

/** One request on its way through the desk. `ids` are the path's, already known to be well-formed. */
export interface Call {
  readonly desk: Desk;
  readonly request: Request;
  readonly ids: Readonly<Record<string, string>>;
  readonly limits: Limits;
}

/** The id of the referral in the path. */
export function referralOf(call: Call): string {
  return call.ids['id'] ?? '';
}

/** A form of forms.ts. */
export type FormName = keyof typeof forms;

/** What an answer carries, for the description: JSON of a form, or bytes of a media type (of one of several), or nothing. */
export interface AnswerForm {
  readonly description: string;
  /** Of one door's own route, the form itself. */
  readonly schema?: FormName | z.ZodType;
  readonly contentType?: string | readonly string[];
}

export interface HeaderForm {
  readonly name: string;
  readonly isRequired: boolean;
  readonly description: string;
}

interface Place {
  readonly method: Method;
  /** `{name}` is a part that varies: a UUID, but for `{agency}`, `{purpose}` and `{token}`; `{path}` is all that is left, slashes and all. */
  readonly path: string;
  readonly operation: string;
}

/** What finds a route and says who may ask. */
export interface Outline extends Place {
  readonly action: Action | undefined;
  /** A GET that is itself entered in a chain: HEAD would enter what nobody read, so it is not offered. */
  readonly isEntered: boolean;
}

interface Words extends Place {
  readonly summary: string;
  readonly headers?: readonly HeaderForm[];
  readonly answers: Readonly<Record<number, AnswerForm>>;
  /** The media type of a body that is no JSON of a schema; `bodySchema` where its form is known all the same. */
  readonly bodyType?: string;
  readonly bodySchema?: FormName;
}

export interface Route extends Words, Outline {
  readonly body: z.ZodType | undefined;
  readonly query: z.ZodObject | undefined;
  readonly handle: (call: Call, caller: Caller | undefined) => Promise<Response>;
}

interface Spec<B extends z.ZodType, Q extends z.ZodObject> extends Words {
  readonly body?: B;
  readonly query?: Q;
  readonly isEntered?: boolean;
}

type Asked<B extends z.ZodType, Q extends z.ZodObject> = Call & {
  readonly body: z.infer<B>;
  readonly query: z.infer<Q>;
};

/** A route for callers who may do `action`. What it reads has been parsed when `handle` is asked. */
export function route<B extends z.ZodType = z.ZodUndefined, Q extends z.ZodObject = z.ZodObject>(
  action: Action,
  spec: Spec<B, Q> & { readonly handle: (call: Asked<B, Q> & { readonly caller: Caller }) => Promise<Response> },
): Route {
  const handle: Route['handle'] = async (call, caller) => {
    if (caller === undefined) throw new Error('a guarded route was asked by nobody');
    return spec.handle({ ...(await readInto(call, spec)), caller });
  };
  return { body: undefined, query: undefined, isEntered: false, ...spec, action, handle };
}

/** A route for anyone. */
export function publicRoute(
  spec: Spec<z.ZodUndefined, z.ZodObject> & { readonly handle: (call: Call) => Promise<Response> },
): Route {
  return {
    body: undefined,
    query: undefined,
    isEntered: false,
    ...spec,
    action: undefined,
    handle: (call) => spec.handle(call),
  };
}

async function readInto<B extends z.ZodType, Q extends z.ZodObject>(
  call: Call,
  spec: Spec<B, Q>,
): Promise<Asked<B, Q>> {
  const query = readQuery(call.request, spec.query) as z.infer<Q>;
  const body = (
    spec.body === undefined ? undefined : await readJson(call.request, spec.body, call.limits)
  ) as z.infer<B>;
  return { ...call, query, body };
}
