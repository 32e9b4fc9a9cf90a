// Reads a PDF's objects and its structure back without a tool: every object, also the packed ones, and the tree with the text of each element.
// Always true: an operator outside of every element and every artifact makes it throw.
import { objectsOf, pagesOf, read } from './read.ts';

export interface Node {
  readonly kind: string;
  readonly text: string;
  readonly body: string;
  readonly kids: readonly Node[];
}

/** The tree beneath its root. */
export function structureOf(pdf: Buffer): Node {
  const objects = objectsOf(pdf);
  const texts = contentOf(pdf, objects);
  const at = (id: string): string => objects.get(id) ?? '';
  const [, rootId = ''] =
    /\/StructTreeRoot (\d+) 0 R/.exec([...objects.values()].find((each) => each.includes('/Type /Catalog')) ?? '') ??
    [];
  const [, first = ''] = /\/K\[(\d+) 0 R\]/.exec(at(rootId)) ?? [];
  const nodeOf = (id: string, parent: string): Node => {
    const body = at(id);
    const [, kind = '', above = '', , page = ''] = /^<<\/S\/(\w+)\/P +(\d+) 0 R(\/Pg +(\d+) 0 R)?/.exec(body) ?? [];
    if (above !== parent) throw new Error(`Element ${id} names another parent.`);
    const kids = /\/K(?:\[(.*)\]| *(\d+)| *(\d+ 0 R))>>$/.exec(body)?.slice(1).join('') ?? '';
    let text = '';
    const below: Node[] = [];
    for (const [, child, foreign, number, own] of kids.matchAll(
      /(\d+) 0 R(?!\/MCID)|<<\/Type\/MCR\/Pg (\d+) 0 R\/MCID (\d+)>>|(\d+)/g,
    )) {
      if (child !== undefined) below.push(nodeOf(child, id));
      else text += texts.get(`${foreign ?? page} ${number ?? own ?? ''} ${id}`) ?? '\uFFFF';
    }
    return { kind, text, body, kids: below };
  };
  return nodeOf(first, rootId);
}

/** The text of all marked content, by page, number and the element that the page's own list names for it. */
function contentOf(pdf: Buffer, objects: ReadonlyMap<string, string>): ReadonlyMap<string, string> {
  const root = [...objects.values()].find((each) => each.startsWith('<</Type/StructTreeRoot')) ?? '';
  const lists = new Map(
    [...(/\/Nums\[(.*?)\]/.exec(root)?.[1] ?? '').matchAll(/(\d+) (\d+) 0 R/g)].map(([, key, id]) => [key, id]),
  );
  const found = new Map<string, string>();
  const pages = pagesOf(objects);
  const { pieces } = read(pdf);
  pages.forEach(([page, body], n) => {
    const list = objects.get(lists.get(/\/StructParents (\d+)/.exec(body)?.[1] ?? '') ?? '') ?? '';
    const owners = [...list.matchAll(/(\d+) 0 R/g)].map(([, id = '']) => id);
    for (const { mark, text } of pieces[n] ?? []) {
      if (mark === undefined) throw new Error('An operator in no element and no artifact.');
      const key = `${page} ${mark} ${owners[Number(mark)] ?? ''}`;
      if (mark !== 'artifact') found.set(key, (found.get(key) ?? '') + text);
    }
  });
  return found;
}

/** All nodes, the way they are read. */
export function* nodesOf(node: Node): Generator<Node> {
  yield node;
  for (const kid of node.kids) yield* nodesOf(kid);
}
