// Texts and times as requests hold them: lines, words at length, moments with their zone.
// Always true: a text that is there says something.
import * as z from 'zod';

/** One line, with something in it. */
export const line = (what: string, max = 300) =>
  z.string().max(max).regex(/\S/, { error: 'Write something here.' }).meta({ description: what });
/** The same at length. */
export const words = (what: string) => line(what, 3000);
/** RFC 3339, with its zone. */
export const zonedTime = (what: string) => z.iso.datetime({ offset: true }).meta({ description: what });
