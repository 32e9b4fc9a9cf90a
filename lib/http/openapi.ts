// The contract: the route table as an OpenAPI 3.1 document. It says what the table says, so the two never differ.
import * as z from 'zod';
import { createDocument, type ZodOpenApiOperationObject, type ZodOpenApiPathsObject } from 'zod-openapi';
import { agencyId, problemDocument } from '../../schemas/api.ts';
import { UUID } from '../../schemas/uuid.ts';
import { GRANTS, ROLES, type Action } from '../access.ts';
import { PURPOSES } from '../ports.ts';
import * as FORMS from './forms.ts';
import type { AnswerForm, Route } from './table.ts';

export function openApiDocument(routes: readonly Route[]): object {
  const paths: ZodOpenApiPathsObject = {};
  for (const route of routes) {
    paths[route.path] = { ...paths[route.path], [route.method.toLowerCase()]: operationOf(route) };
  }
  return createDocument({
    openapi: '3.1.0',
    info: {
      title: 'Referral Desk',
      version: '1',
      description: 'Takes reports of online child abuse, seals the evidence and hands it to those who must act.',
    },
    paths,
    components: {
      securitySchemes: {
        key: {
          type: 'http',
          scheme: 'bearer',
          description: 'A key of this desk; at the address for people, a token of their issuer.',
        },
      },
    },
  });
}

function operationOf(route: Route): ZodOpenApiOperationObject {
  const { operation, summary, action, query, answers } = route;
  return {
    operationId: operation,
    summary,
    description: action === undefined ? 'Public.' : `For: ${whoMay(action).join(', ')}.`,
    security: action === undefined ? [] : [{ key: [] }],
    requestParams: {
      path: z.object(pathForms(route.path)),
      ...(query === undefined ? {} : { query }),
      ...(route.headers === undefined ? {} : { header: z.object(headerForms(route)) }),
    },
    ...bodyOf(route),
    responses: {
      ...Object.fromEntries(Object.entries(answers).map(([status, form]) => [status, answerOf(form)])),
      default: {
        description: 'Refused (RFC 9457).',
        content: { 'application/problem+json': { schema: problemDocument } },
      },
    },
  };
}

/** The roles that may do an action, and whose referrals they may do it to. */
export function whoMay(action: Action): string[] {
  return ROLES.flatMap((role) => {
    const reach = GRANTS[role][action];
    return reach === undefined ? [] : [reach === 'own' ? `${role} (own)` : role];
  });
}

function pathForms(path: string): Record<string, z.ZodType> {
  const names = [...path.matchAll(/\{([a-z]+)\}/g)].map(([, name = '']) => name);
  return Object.fromEntries(names.map((name) => [name, PARTS[name] ?? z.string().regex(UUID)]));
}

/** Parts of a path that are no UUIDs. */
const PARTS: Readonly<Record<string, z.ZodType>> = {
  agency: agencyId,
  purpose: z.enum(PURPOSES),
  path: z.string().meta({ description: 'All that is left of the path, slashes and all.' }),
};

function headerForms({ headers = [] }: Route): Record<string, z.ZodType> {
  return Object.fromEntries(
    headers.map(({ name, isRequired, description }) => {
      const form = z.string();
      return [name, (isRequired ? form : form.optional()).meta({ description })];
    }),
  );
}

function bodyOf({ body, bodyType, bodySchema }: Route): Pick<ZodOpenApiOperationObject, 'requestBody'> {
  if (body !== undefined) {
    const required = !body.safeParse({}).success;
    return { requestBody: { required, content: { 'application/json': { schema: body } } } };
  }
  if (bodyType === undefined) return {};
  return {
    requestBody: {
      required: true,
      content: { [bodyType]: bodySchema === undefined ? {} : { schema: FORMS[bodySchema] } },
    },
  };
}

function answerOf({ description, schema, contentType }: AnswerForm): {
  description: string;
  content?: Record<string, object>;
} {
  if (schema !== undefined) {
    const form = typeof schema === 'string' ? FORMS[schema] : schema;
    return { description, content: { 'application/json': { schema: form } } };
  }
  if (contentType === undefined) return { description };
  const types = typeof contentType === 'string' ? [contentType] : contentType;
  return { description, content: Object.fromEntries(types.map((type) => [type, {}])) };
}
