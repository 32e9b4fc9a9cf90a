// A document cut at its comments, CDATA sections and processing instructions, before any parser sees it; in time linear in the size.
// Always true: of a well-formed document every cut is where XML has it, and the pieces in order are the document.

export interface Section {
  readonly kind: 'comment' | 'cdata' | 'instruction' | 'other';
  readonly text: string;
}

const START = /<!--|<!\[CDATA\[|<\?/g;
const ENDS = {
  '<!--': { kind: 'comment', end: '-->' },
  '<![CDATA[': { kind: 'cdata', end: ']]>' },
  '<?': { kind: 'instruction', end: '?>' },
} as const;

/** One that never ends is left in the last piece, for the parser to refuse. */
export function* sectionsOf(text: string): Generator<Section> {
  let at = 0;
  for (const { start, kind, end } of marked(text)) {
    if (start > at) yield { kind: 'other', text: text.slice(at, start) };
    yield { kind, text: text.slice(start, end) };
    at = end;
  }
  if (at < text.length) yield { kind: 'other', text: text.slice(at) };
}

function* marked(text: string): Generator<{ kind: Section['kind']; start: number; end: number }> {
  START.lastIndex = 0;
  for (let at = 0; ;) {
    START.lastIndex = at;
    const found = START.exec(text);
    if (found === null) return;
    const [mark] = found;
    const { kind, end } = ENDS[mark as keyof typeof ENDS];
    const stop = text.indexOf(end, found.index + mark.length);
    if (stop < 0) return;
    at = stop + end.length;
    yield { kind, start: found.index, end: at };
  }
}
