// Packets are handed out, each time entered first; and what is public.
import { answering } from './answering.ts';
import { start } from './start.ts';

export const handler = answering('downloads', start('downloads'));
