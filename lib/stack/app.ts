// What `cdk synth` and `cdk deploy` run: the lambdas are bundled by the program beside them, then the stack is made of them and looked over by the AwsSolutions rules.
import { App, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks } from 'cdk-nag';
import { execFileSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { makeDesk } from './desk.ts';
import { LAMBDAS, type Deployed } from './work.ts';

const ROOT = resolve(import.meta.dirname, '../..');

/** The folder of each lambda's bundle, made by esbuild on this machine: no docker, no network. */
function bundles(): Record<Deployed, string> {
  const folder = join(ROOT, 'node_modules/.cache/lambdas');
  rmSync(folder, { recursive: true, force: true });
  execFileSync(process.execPath, [join(ROOT, 'lambdas/bundle.ts'), folder], { cwd: ROOT, stdio: 'pipe' });
  return Object.fromEntries(LAMBDAS.map((name) => [name, join(folder, name)])) as Record<Deployed, string>;
}

const app = new App();
makeDesk(app, bundles());
Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
app.synth();
