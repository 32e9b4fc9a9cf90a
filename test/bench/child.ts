// One measurement in this process: `node child.ts <area> <name> <scratch> <prepared> <asked>`. Its last line is what it measured, as JSON.
import { peakMiBOf } from './memory.ts';
import type { Measure, Measured } from './measured.ts';

const [area = '', name = '', scratch = '', prepared = '', asked = '{}'] = process.argv.slice(2);
const measures = (await import(`./${area}.ts`)) as Readonly<Record<string, Measure<unknown> | undefined>>;
const measure = measures[name];
if (measure === undefined) throw new Error(`${area}.ts measures no ${name}`);
const { peakMiB = peakMiBOf('self'), ...figures } = await measure({ scratch, prepared }, JSON.parse(asked));
process.stdout.write(`\n${JSON.stringify({ figures, peakMiB } satisfies Measured)}\n`);
