// The folder stands on zod alone, and its front door gives what others need.
import { describe, expect, it } from '@jest/globals';
import { readdirSync, readFileSync } from 'node:fs';

const FOLDER = new URL('../../schemas/', import.meta.url);
const files = readdirSync(FOLDER, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts'));

describe('the folder schemas', () => {
  it.each(files)('%s imports zod and its neighbours, and nothing else', (name) => {
    const source = readFileSync(new URL(name, FOLDER), 'utf8');
    const imported = Array.from(source.matchAll(/(?:from|import)\s+'([^']+)'/g), ([, target = '']) => target);
    expect(imported.filter((target) => target !== 'zod' && !/^\.\.?\/[a-z/-]+\.ts$/.test(target))).toEqual([]);
  });

  it.each(files)('%s opens with what it is for and what is always true of it', (name) => {
    const source = readFileSync(new URL(name, FOLDER), 'utf8');
    expect(source).toMatch(/^(?:\/\/ .+\n){1,3}(?!\/\/)/);
    expect(source.slice(0, source.search(/^[^/]/m))).toMatch(/Always true: .+\.\n/s);
  });
});
