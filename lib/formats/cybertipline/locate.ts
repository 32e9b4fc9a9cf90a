// From a JSON pointer into a referral back to the place in the document it was read from.
// Always true: nothing is remembered per value; the pointer is walked along shape and elements.
import type { XmlElement } from '../xml/index.ts';
import type { Place } from './document.ts';
import { shapeOf, type Root, type Shape } from './shape.ts';
import { elementsIn, pathTo } from './spot.ts';

/** The place of a JSON pointer (RFC 6901); of what CyberTipline lacks, the nearest place around it. */
export function locate(element: XmlElement, root: Root, pointer: string): Place {
  const start = { path: `/${root.name}`, line: element.line };
  return walk({ ...start, element, shape: root.shape }, keysOf(pointer));
}

interface Step extends Place {
  /** Undefined when the document has no such element. */
  readonly element: XmlElement | undefined;
  /** Undefined below a leaf. */
  readonly shape: Shape | undefined;
}

function walk({ path, line, element, shape }: Step, [key, ...rest]: readonly string[]): Place {
  if (key === undefined || shape === undefined) return { path, line };
  if (shape.attributes.some(({ name }) => name === key)) return { path: `${path}/@${key}`, line };
  const field = shape.elements.find(({ name }) => name === key);
  if (field === undefined) return { path, line };
  const same = element === undefined ? [] : elementsIn(element).filter(({ name }) => name === key);
  const [index, ...below] = field.many ? rest : ['0', ...rest];
  const child = same[Number(index ?? '0')];
  const step = { line: child?.line ?? line, element: child };
  if (index === undefined) return { path: `${path}/${key}`, line: step.line };
  const next = field.holds.kind === 'group' ? shapeOf(field.holds) : undefined;
  return walk({ ...step, path: pathTo(path, field, Number(index) + 1), shape: next }, below);
}

function keysOf(pointer: string): string[] {
  const keys = pointer.split('/').slice(1);
  return keys.map((key) => key.replaceAll('~1', '/').replaceAll('~0', '~'));
}
