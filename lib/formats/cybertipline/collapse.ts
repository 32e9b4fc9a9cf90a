// White space, as XML takes it away.

/** White space as XML Schema collapses it. */
export function collapse(text: string): string {
  return text.replace(/[ \t\n\r]+/g, ' ').replace(/^ | $/g, '');
}
