// Random referrals and file details, made from the zod tree: only CyberTipline's part, valid by the schema.
import * as fc from 'fast-check';
import {
  fieldsOf,
  fileDetailsSchema,
  holdingOf,
  referralSchema,
  type Holding,
  type Leaf,
  type Referral,
  type TreeField,
} from '../../../../schemas/index.ts';
import type { FileDetailsDocument } from '../../../../lib/formats/cybertipline/index.ts';

const odd = [
  '\n',
  '\t',
  '\r',
  ' ',
  '  ',
  '&',
  '<',
  '>',
  '"',
  "'",
  ']]>',
  '&amp;',
  '\ufeff',
  '\u00a0',
  '\u0085',
  '\u2028',
  'é',
  'קים',
  '😀',
];
const anyText = fc
  .array(fc.oneof(fc.constantFrom(...odd), fc.string({ maxLength: 8 })), { maxLength: 6 })
  .map((parts) => parts.join(''));
const pad = (zeros: number, number: number | bigint): string =>
  String(number).replace(/^-?/, (sign) => sign + '0'.repeat(zeros));
const zone = fc.constantFrom('', 'Z', '+01:00', '-13:59', '+14:00');
const day = fc
  .tuple(fc.integer({ min: 1, max: 12_000 }), fc.integer({ min: 1, max: 12 }), fc.integer({ min: 1, max: 28 }))
  .map(
    ([year, month, date]) =>
      `${String(year).padStart(4, '0')}-${String(month).padStart(2, '0')}-${String(date).padStart(2, '0')}`,
  );
const clock = fc.constantFrom('00:00:00', '24:00:00', '23:59:59.999', '09:30:01.5', '12:00:00.000000001');

function leafOf({ type, values, pattern }: Leaf): fc.Arbitrary<unknown> {
  if (values !== undefined) return fc.constantFrom(...values);
  if (pattern !== undefined) return fc.constantFrom(pattern.startsWith('\\+') ? '+44' : '007');
  switch (type) {
    case 'boolean':
      return fc.boolean();
    case 'flag':
      return fc.constant(true);
    case 'integer':
      return fc.oneof(
        fc.integer(),
        fc.tuple(fc.nat(3), fc.integer()).map(([zeros, number]) => pad(zeros, number)),
      );
    case 'long':
      return fc.oneof(
        fc.maxSafeInteger(),
        fc.tuple(fc.nat(3), fc.bigInt(-(2n ** 63n), 2n ** 63n - 1n)).map(([zeros, number]) => pad(zeros, number)),
      );
    case 'decimal':
      return fc.oneof(
        fc.double({ noNaN: true, noDefaultInfinity: true }),
        fc.constantFrom('1e3', '-0', '1.50', '.5', '5.', 'INF', '-INF', 'NaN', '+1E-7', '00.10'),
      );
    case 'dateTime':
      return fc.tuple(day, clock, zone).map(([date, time, where]) => `${date}T${time}${where}`);
    case 'date':
      return fc.tuple(day, zone).map(([date, where]) => date + where);
    case 'token':
      return fc.constantFrom('', 'a', 'b0754af766b426f2928a02c651ed4b99', 'a b');
    default:
      return anyText;
  }
}

function holding(held: Holding): fc.Arbitrary<unknown> {
  if (held.kind === 'leaf') return leafOf(held);
  const fields = fieldsOf(held.schema).filter(({ meta }) => meta.kind !== 'own');
  const { choice } = held.group;
  if (choice === undefined) return record(fields);
  const others = fields.filter(({ name }) => !choice.among.includes(name));
  const chosen = fields
    .filter(({ name }) => choice.among.includes(name))
    .map((field) => record([...others, { ...field, required: true }]));
  return fc.oneof(...chosen, ...(choice.need === 'at-most-one' ? [record(others)] : []));
}

function record(fields: readonly TreeField[]): fc.Arbitrary<Record<string, unknown>> {
  const model = Object.fromEntries(
    fields.map(({ name, many, holds }) => [
      name,
      many ? fc.array(holding(holds), { minLength: 1, maxLength: 2 }) : holding(holds),
    ]),
  );
  return fc.record(model, { requiredKeys: fields.filter(({ required }) => required).map(({ name }) => name) });
}

export const anyReferral = holding(holdingOf(referralSchema)) as fc.Arbitrary<Referral>;

export const anyFileDetails = fc
  .tuple(holding(holdingOf(fileDetailsSchema)), leafOf(longLeaf()), fc.constantFrom('', 'a b', 'ff00'))
  .map(([details, reportId, fileId]) => ({ ...(details as object), reportId, fileId }) as FileDetailsDocument);

function longLeaf(): Leaf {
  const field = fieldsOf(fileDetailsSchema).find(({ name }) => name === 'reportId');
  if (field?.holds.kind !== 'leaf') throw new Error('reportId is a number');
  return field.holds;
}

/** What a value is after it was written and read: numbers are text, empty lists and fields without a value are gone. */
export function asRead(value: unknown): unknown {
  if (typeof value === 'number') return String(value);
  if (Array.isArray(value)) return value.map(asRead);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, held]) =>
      held === undefined || (Array.isArray(held) && held.length === 0) ? [] : [[key, asRead(held)]],
    ),
  );
}
