// What comes in is sealed and entered; nothing is ever opened.
import { answering } from './answering.ts';
import { start } from './start.ts';

export const handler = answering('intake', start('intake'));
