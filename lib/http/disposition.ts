// The name of a file out of Content-Disposition (RFC 6266, RFC 8187). A name is text and nothing else: it is kept whatever it
// holds, and never used as a path.
import { DeskError } from '../errors.ts';

/**
 * The file's name, or undefined where none is given. `filename*` comes before `filename`, which must be ASCII.
 * @throws DeskError input/malformed, input/not-unicode
 */
export function readFileName(header: string | null): string | undefined {
  if (header === null) return undefined;
  const parameters = readParameters(header);
  const extended = parameters.get('filename*');
  if (extended !== undefined) return decodeExtended(extended);
  const plain = parameters.get('filename');
  if (plain !== undefined && !ASCII.test(plain)) {
    throw new DeskError('input/malformed', "Give a name beyond ASCII as filename*=UTF-8''… (RFC 8187).");
  }
  return plain;
}

const ASCII = /^[\x20-\x7e]*$/;
const TYPE = /^[ \t]*[A-Za-z]+[ \t]*/y;
const PARAMETER = /;[ \t]*([A-Za-z0-9!#$&+\-.^_`|~*]+)[ \t]*=[ \t]*(?:"((?:[^"\\]|\\.)*)"|([^\s";,]+))[ \t]*/y;

function readParameters(header: string): Map<string, string> {
  const found = new Map<string, string>();
  TYPE.lastIndex = 0;
  if (!TYPE.test(header)) throw malformed();
  for (let at = TYPE.lastIndex; at < header.length; at = PARAMETER.lastIndex) {
    PARAMETER.lastIndex = at;
    const [, name, quoted, token] = PARAMETER.exec(header) ?? [];
    if (name === undefined || found.has(name.toLowerCase())) throw malformed();
    found.set(name.toLowerCase(), token ?? (quoted ?? '').replaceAll(/\\(.)/g, '$1'));
  }
  return found;
}

const EXTENDED = /^UTF-8'[A-Za-z0-9-]*'((?:%[0-9A-Fa-f]{2}|[A-Za-z0-9!#$&+\-.^_`|~])*)$/i;

/** What RFC 8187 made of a name, in UTF-8. @throws DeskError input/malformed, input/not-unicode */
export function decodeExtended(value: string): string {
  const [, encoded] = EXTENDED.exec(value) ?? [];
  if (encoded === undefined) throw malformed();
  try {
    return decodeURIComponent(encoded);
  } catch (cause) {
    throw new DeskError('input/not-unicode', 'The name in Content-Disposition is not valid UTF-8.', { cause });
  }
}

function malformed(): DeskError {
  return new DeskError('input/malformed', "Write Content-Disposition as attachment; filename*=UTF-8''… (RFC 6266).");
}
