// Synthesizes the stack into a folder, with stand-ins for the lambdas' code: `node test/lib/stack/synthesize.ts <folder> '<context as JSON>'`.
import { App, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks } from 'cdk-nag';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeDesk } from '../../../lib/stack/desk.ts';
import { LAMBDAS, type Deployed } from '../../../lib/stack/work.ts';

const [folder = '', context = '{}'] = process.argv.slice(2);

/** Which code stands behind a handler is of no matter to the template. */
function standIns(): Record<Deployed, string> {
  const place = join(folder, 'stand-in');
  mkdirSync(place, { recursive: true });
  writeFileSync(join(place, 'index.mjs'), 'export const handler = () => Promise.resolve();\n');
  return Object.fromEntries(LAMBDAS.map((name) => [name, place])) as Record<Deployed, string>;
}

const settled = JSON.parse(readFileSync(join(import.meta.dirname, '../../../cdk.json'), 'utf8')) as { context: object };
const given = JSON.parse(context) as object;
const app = new App({ outdir: join(folder, 'out'), context: { ...settled.context, ...given } });
makeDesk(app, standIns());
Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
try {
  app.synth();
} catch (error) {
  if (!(error instanceof Error && error.message.startsWith('Validation failed'))) throw error; // the report tells
}
