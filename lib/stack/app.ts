// What `cdk synth` and `cdk deploy` run: the desk's stack, looked over by the AwsSolutions rules each time.
import { App, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks } from 'cdk-nag';
import { join, resolve } from 'node:path';
import { bundleLambdas } from './bundle.ts';
import { makeDesk } from './desk.ts';

const app = new App();
const outDir = join(resolve(import.meta.dirname, '../..'), 'node_modules/.cache/lambdas');
makeDesk(app, bundleLambdas({ outDir }));
Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
app.synth();
