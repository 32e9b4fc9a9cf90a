// The structure of the PDF: what is a heading, a paragraph, a cell, for whoever hears the summary or takes it apart by program.
// Always true: every operator stands either in an element or in an artifact; an element is written as soon as it is closed, and of
// each page no more is kept than a number, so that memory grows with what is open and not with what was drawn.
import { addKid, NO_KIDS, NONE, shelfOf, writeElement, type Attributes, type Element, type Kind } from './elements.ts';
import { reference, type Objects } from './objects.ts';
import { written, type ObjectSink } from './sink.ts';

export type { Attributes, Element, Kind } from './elements.ts';

export interface Tags {
  /** An element beneath the one that is being drawn in; drawn in later, as often as needed, then closed. None in an artifact. */
  open(kind: Kind, attributes?: Attributes): Element | undefined;
  within(element: Element | undefined, draw: () => void): void;
  /** What is drawn from here on stands within it, until it is left. */
  enter(element: Element | undefined): void;
  leave(element: Element | undefined): void;
  throughout(element: Element | undefined, draw: () => Promise<void>): Promise<void>;
  close(element: Element | undefined): void;
  /** What is drawn belongs to no element. */
  artifact(draw: () => void): void;
  readonly isFigure: () => boolean;
  /** What the next operator belongs to, if that is not what the last one did. @param isText whether it draws text, or else a shape */
  readonly turnTo: (isText: boolean) => Turn | undefined;
  beginPage(page: TaggedPage): void;
  /** What is drawn next stands in another stream. */
  readonly pause: () => void;
  endPage(): void;
  finish(): void;
}

/** Marked content that begins; what was open ends before it. */
export interface Turn {
  readonly kind: string;
  /** Of an element's content on its page; below 0 of what is no part of the structure. */
  readonly number: number;
  /** Nothing but text is drawn in it. */
  readonly isText: boolean;
}

/** pdfkit's page. */
export interface TaggedPage {
  readonly dictionary: { readonly id: number; readonly data: { StructParents?: number; Tabs?: string } };
}

/** For a sheet without a document. */
export const UNTAGGED: Tags = {
  open: () => undefined,
  within: (_, draw) => {
    draw();
  },
  throughout: (_, draw) => draw(),
  enter: () => undefined,
  leave: () => undefined,
  close: () => undefined,
  artifact: (draw) => {
    draw();
  },
  isFigure: () => false,
  turnTo: () => undefined,
  beginPage: () => undefined,
  pause: () => undefined,
  endPage: () => undefined,
  finish: () => undefined,
};

/** What is no part of the structure: text and shapes each by themselves. */
const [BESIDE, SHAPES]: readonly [Turn, Turn] = [
  { kind: 'Artifact', number: -1, isText: true },
  { kind: 'Artifact', number: -1, isText: false },
];

/** What is being drawn. */
interface State {
  readonly objects: Objects;
  readonly stack: Element[];
  readonly parents: number[];
  artifacts: number;
  /** Whose content the operators are that were drawn last. */
  open: Element | Turn | undefined;
  page: number;
  /** Elements by the number that their content has on this page. */
  content: number[];
}

export function openTags(sink: ObjectSink, objects: Objects): Tags {
  const root = objects.reserve('lists');
  const document: Element = {
    id: objects.reserve('lists'),
    kind: 'Document',
    parent: root,
    attributes: NONE,
    page: 0,
    kids: [],
  };
  const state: State = { objects, stack: [document], parents: [], artifacts: 0, open: undefined, page: 0, content: [] };
  const enter = (element: Element | undefined): void => {
    if (element !== undefined) state.stack.push(element);
  };
  const leave = (element: Element | undefined): void => {
    if (element !== undefined) state.stack.pop();
  };
  return {
    enter,
    leave,
    open: (kind, attributes = NONE) => (state.artifacts > 0 ? undefined : openIn(state, kind, attributes)),
    within: (element, draw) => {
      enter(element);
      draw();
      leave(element);
    },
    throughout: async (element, draw) => {
      enter(element);
      await draw();
      leave(element);
    },
    close: (element) => {
      if (element !== undefined) writeElement(objects, element);
    },
    artifact: (draw) => {
      state.artifacts += 1;
      draw();
      state.artifacts -= 1;
    },
    isFigure: () => state.stack.at(-1)?.kind === 'Figure',
    turnTo: (isText) => turnTo(state, isText),
    beginPage: ({ dictionary: { id, data } }) => {
      data.StructParents = state.parents.length;
      data.Tabs = 'S';
      [state.page, state.content] = [id, []];
    },
    pause: () => {
      state.open = undefined;
    },
    endPage: () => {
      endPage(state);
    },
    finish: () => {
      finish(state, root, document, sink);
    },
  };
}

function openIn({ objects, stack }: State, kind: Kind, attributes: Attributes): Element {
  const parent = stack.at(-1);
  const element: Element = {
    id: objects.reserve(shelfOf(kind)),
    kind,
    parent: parent?.id ?? 0,
    attributes,
    page: 0,
    kids: NO_KIDS,
  };
  if (parent !== undefined) addKid(parent, element.id);
  return element;
}

function turnTo(state: State, isText: boolean): Turn | undefined {
  const next = state.artifacts > 0 ? (isText ? BESIDE : SHAPES) : state.stack.at(-1);
  if (next === state.open || next === undefined) return undefined;
  state.open = next;
  if ('isText' in next) return next;
  return { kind: next.kind, number: contentOf(state, next), isText: next.kind !== 'Figure' };
}

/** The number on this page of the content that begins here. */
function contentOf({ page, content }: State, element: Element): number {
  const number = content.push(element.id) - 1;
  if (element.page === 0) element.page = page;
  addKid(element, element.page === page ? -1 - number : `<</Type/MCR/Pg ${page} 0 R/MCID ${number}>>`);
  return number;
}

function endPage(state: State): void {
  const { objects, parents, content } = state;
  const id = objects.reserve('lists');
  const bytes = objects.begin(id, 'lists');
  bytes.text('[');
  for (const each of content) reference(bytes, each);
  bytes.text(']');
  objects.end('lists');
  parents.push(id);
  state.open = undefined;
}

function finish(state: State, root: number, document: Element, { _root: catalog }: ObjectSink): void {
  const { objects, parents } = state;
  writeElement(objects, document);
  const places = parents.map((id, page) => `${page} ${id} 0 R`).join(' ');
  const tree = `<</Nums[${places}]>>`;
  const next = parents.length;
  const bytes = objects.begin(root, 'lists');
  bytes.text(`<</Type/StructTreeRoot/K[${document.id} 0 R]/ParentTree ${tree}/ParentTreeNextKey ${next}>>`);
  objects.end('lists');
  catalog.data.StructTreeRoot = written(`${root} 0 R`);
  catalog.data.MarkInfo = written('<</Marked true>>');
}
