// A desk that delivers one filing (filing-life.ts), in a process that is killed (SIGKILL) at a given durable step or call.
//   node filing-child.ts <data folder> <url> <file of the password> <kill at step, 0 for never>
import { deliver } from './filing-life.ts';

const [dir = '', url = '', password = '', killAt = '0'] = process.argv.slice(2);
let steps = 0;
const probe = (): void => {
  steps++;
  if (steps === Number(killAt)) process.kill(process.pid, 'SIGKILL');
};
const filing = await deliver({ dir, url, password, probe });
process.stdout.write(`${JSON.stringify({ steps, ...filing })}\n`);
