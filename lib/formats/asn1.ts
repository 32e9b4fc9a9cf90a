// ASN.1 in DER, read through asn1js and nothing taken on trust: one element, all of the bytes, of the form that was asked for.
import {
  type BaseBlock,
  fromBER,
  GeneralizedTime,
  Integer,
  ObjectIdentifier,
  OctetString,
  Sequence,
  Set as DerSet,
} from 'asn1js';
import { DeskError } from '../errors.ts';

export type Element = BaseBlock;

/** @throws DeskError proof/malformed */
export function readElement(bytes: Uint8Array): Element {
  const { offset, result } = fromBER(Uint8Array.from(bytes));
  if (offset !== bytes.length || result.error !== '' || lengthOf(result) !== bytes.length) throw malformed();
  return result;
}

export function malformed(): DeskError {
  return new DeskError('proof/malformed', 'This is no DER of the form it must have.');
}

/** The elements inside a SEQUENCE or a constructed context tag. @throws DeskError proof/malformed */
export function within(element: Element | undefined): readonly Element[] {
  if (!isSequence(element) && element?.idBlock.tagClass !== 3) throw malformed();
  return inside(element);
}

/** The same, of so many. @throws DeskError proof/malformed */
export function exactly(count: number, element: Element | undefined): readonly Element[] {
  const elements = within(element);
  if (elements.length !== count) throw malformed();
  return elements;
}

function inside(element: Element | undefined): readonly Element[] {
  const value: unknown = element === undefined ? undefined : (element.valueBlock as { value?: unknown }).value;
  const isInside =
    element?.idBlock.isConstructed === true && !element.lenBlock.isIndefiniteForm && Array.isArray(value);
  if (!isInside) throw malformed();
  const elements = value as Element[];
  const length = elements.reduce((sum, each) => sum + lengthOf(each), 0);
  if (length !== element.lenBlock.length) throw malformed();
  return elements;
}

/** How long it says it is, in all; asn1js goes on where that is not so. */
function lengthOf({ idBlock, lenBlock }: Element): number {
  return idBlock.blockLength + lenBlock.blockLength + lenBlock.length;
}

export function isSequence(element: Element | undefined): boolean {
  return element instanceof Sequence;
}

/** Whether it has the context tag [n]. */
export function isTagged(element: Element | undefined, n: number): element is Element {
  return element?.idBlock.tagClass === 3 && element.idBlock.tagNumber === n;
}

/** The elements of a SET. @throws DeskError proof/malformed */
export function membersOf(element: Element | undefined): readonly Element[] {
  if (!(element instanceof DerSet)) throw malformed();
  return inside(element);
}

/** An object identifier with dots. @throws DeskError proof/malformed */
export function oidOf(element: Element | undefined): string {
  if (!(element instanceof ObjectIdentifier)) throw malformed();
  return element.getValue();
}

/** @throws DeskError proof/malformed */
export function integerOf(element: Element | undefined): bigint {
  if (!(element instanceof Integer)) throw malformed();
  return element.toBigInt();
}

/** @throws DeskError proof/malformed */
export function octetsOf(element: Element | undefined): Buffer {
  if (!(element instanceof OctetString) || element.idBlock.isConstructed) throw malformed();
  return Buffer.from(element.valueBlock.valueHexView);
}

/** @throws DeskError proof/malformed */
export function timeOf(element: Element | undefined): Date {
  if (!(element instanceof GeneralizedTime)) throw malformed();
  const time = element.toDate();
  if (Number.isNaN(time.getTime())) throw malformed();
  return time;
}

/** The element as it stands in the bytes it was read from, tag and length and all. */
export function rawOf(element: Element): Buffer {
  return Buffer.from(element.valueBeforeDecodeView);
}
