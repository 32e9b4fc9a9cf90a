// Names as a terminal may show them. A sender chooses what files are called and what stands in a referral; neither may move the
// cursor, begin a line or turn the order of letters about.

/** One line: whatever would act on the terminal stands there as `\u001b`. */
export function shown(text: string): string {
  return text.replace(/[\p{Cc}\p{Bidi_Control}\p{Zl}\p{Zp}]/gu, escaped);
}

/** The same for text of several lines. */
export function shownLines(text: string): string {
  return text.split('\n').map(shown).join('\n');
}

/** A name whose bytes are no UTF-8: every byte beyond ASCII stands there as `\xff`. */
export function shownBytes(name: Uint8Array): string {
  const text = Buffer.from(name).toString('latin1');
  return text.replace(/[^ -~]/g, (letter) => `\\x${hex(letter, 2)}`);
}

function escaped(letter: string): string {
  return `\\u${hex(letter, 4)}`;
}

function hex(letter: string, digits: number): string {
  return letter.charCodeAt(0).toString(16).padStart(digits, '0');
}
