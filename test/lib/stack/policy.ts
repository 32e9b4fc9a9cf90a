// A small reader of IAM policies, as AWS documents how they are read: a statement denies (or allows) a request whose action and whose every condition fit. Always true:
// an operator it does not know is an error, never a "no".

export interface Statement {
  readonly Sid?: string;
  readonly Effect: 'Allow' | 'Deny';
  readonly Action: string | readonly string[];
  readonly Resource?: unknown;
  readonly Principal?: unknown;
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

/** One authorization: S3 asks for several where a request needs several actions. Keys in the words of the condition keys. */
export interface Asked {
  readonly action: string;
  readonly keys: Readonly<Record<string, string>>;
}

/** Whether a statement applies to what is asked, of a resource it names. */
export function applies(statement: Statement, { action, keys }: Asked): boolean {
  if (!listOf(statement.Action).some((pattern) => fits(String(pattern), action))) return false;
  return Object.entries(statement.Condition ?? {}).every(([operator, conditions]) =>
    Object.entries(conditions).every(([key, values]) => holds(operator, keys[key], listOf(values).map(String))),
  );
}

/** The statements that deny it. */
export function deniedBy(statements: readonly Statement[], asked: Asked): string[] {
  return statements.filter((each) => each.Effect === 'Deny' && applies(each, asked)).map(({ Sid }) => Sid ?? 'no name');
}

/** A negated operator holds where the key is missing, any other but `Null` does not: so AWS documents it. */
function holds(operator: string, value: string | undefined, wanted: readonly string[]): boolean {
  switch (operator) {
    case 'Null':
      return wanted.includes(String(value === undefined));
    case 'StringNotEquals':
      return value === undefined || !wanted.includes(value);
    case 'StringEquals':
    case 'Bool':
      return value !== undefined && wanted.includes(value);
    case 'NumericLessThan':
      return value !== undefined && wanted.some((each) => Number(value) < Number(each));
    case 'NumericGreaterThan':
      return value !== undefined && wanted.some((each) => Number(value) > Number(each));
    default:
      throw new Error(`The reader of policies does not know ${operator}.`);
  }
}

export function listOf(one: unknown): readonly unknown[] {
  return Array.isArray(one) ? one : [one];
}

/** `*` stands for any letters. */
export function fits(pattern: string, action: string): boolean {
  const expression = pattern.split('*').map((part) => part.replace(/[.?+^$()[\]{}|\\]/g, '\\$&'));
  return new RegExp(`^${expression.join('.*')}$`, 'i').test(action);
}
