// A referral's life (crash-life.ts) in a process that is killed (SIGKILL) at a given durable step.
//   node crash-child.ts <data folder> <acknowledgements> <kill at step, 0 for never> <keys.json> <start | packet | destroy>
import { readFileSync } from 'node:fs';
import { live, type Part } from './crash-life.ts';

const [dir = '', acknowledgements = '', killAt = '0', keysFile = '', part = 'start'] = process.argv.slice(2);
const keys = JSON.parse(readFileSync(keysFile, 'utf8')) as Record<string, string>;
let steps = 0;
const probe = (): void => {
  steps++;
  if (steps === Number(killAt)) process.kill(process.pid, 'SIGKILL');
};
await live({ dir, acknowledgements, keys, part: part as Part, probe });
process.stdout.write(`${JSON.stringify({ steps })}\n`);
