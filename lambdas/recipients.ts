// With whom reports are filed, where the stack names somebody. The credentials are opened by the courier alone, with the first call.
import { readEnvironment, type Environment } from '../lib/aws/environment.ts';
import { ncmecRecipient, serverOf } from '../lib/client/recipient.ts';
import { DeskError } from '../lib/errors.ts';
import { DESK, type Keys, type Recipient } from '../lib/ports.ts';

type Variables = Parameters<typeof readEnvironment>[0];

/** Whom an order may name; they take no calls. */
export function knownRecipients(variables: Variables): Recipient[] {
  return recipientsOf(readEnvironment(variables), () => Promise.reject(noCredentials()));
}

/** Whom the courier calls. @param keys asked with the first call */
export function calledRecipients(variables: Variables, keys: () => Pick<Keys, 'decrypt'>): Recipient[] {
  const environment = readEnvironment(variables);
  let opened: Promise<Credentials> | undefined;
  return recipientsOf(environment, () => (opened ??= openCredentials(environment, keys())));
}

interface Credentials {
  readonly user: string;
  readonly password: string;
}

function recipientsOf({ ncmec }: Environment, credentials: () => Promise<Credentials>): Recipient[] {
  if (ncmec === undefined) return [];
  const { url, schema } = ncmec;
  const send: Recipient['send'] = async (call) => ncmecRecipient({ url, schema, ...(await credentials()) }).send(call);
  return [{ name: 'ncmec', server: serverOf(url), schema, send }];
}

async function openCredentials({ ncmec, parts }: Environment, keys: Pick<Keys, 'decrypt'>): Promise<Credentials> {
  const context = { desk: parts.desk, owner: DESK, object: 'ncmec', kind: 'words' } as const;
  const opened = await keys.decrypt(ncmec?.credentials ?? new Uint8Array(), context);
  const value: unknown = parsed(Buffer.from(opened).toString('utf8'));
  const [user, password] = [textIn(value, 'user'), textIn(value, 'password')];
  if (user === undefined || password === undefined) throw noCredentials();
  return { user, password };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function textIn(value: unknown, name: string): string | undefined {
  const found: unknown = typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
  return typeof found === 'string' ? found : undefined;
}

function noCredentials(): DeskError {
  return new DeskError('recipient/credentials', 'The credentials for the recipient cannot be read: set them anew.');
}
