// A signing key is replaced, and the old one vouches for the new one.
import { answering } from './answering.ts';
import { start } from './start.ts';

export const handler = answering('rotate', start('rotate'));
