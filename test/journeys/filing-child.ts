// A desk that delivers one filing over HTTP, in a process that is killed (SIGKILL) at a given durable step or call. Run again, it goes on.
//   node filing-child.ts <data folder> <url> <file of the password> <kill at step, 0 for never>
import { readFileSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import { ncmecRecipient } from '../../lib/client/index.ts';
import { openLocalDesk } from '../../lib/local/open.ts';

const [dir = '', url = '', password = '', killAt = '0'] = process.argv.slice(2);
let steps = 0;
const local = await openLocalDesk({
  dir,
  recipients: [
    ncmecRecipient({ url, server: 'the other desk', user: 'example-esp', password: readFileSync(password, 'utf8') }),
  ],
  alarm: () => Promise.resolve(),
  probe: () => {
    steps++;
    if (steps === Number(killAt)) process.kill(process.pid, 'SIGKILL');
  },
});
const { desk } = local;
const supervisor = await desk.houseCaller('supervisor');
const [referral] = (await desk.list(supervisor)).items;
for (;;) {
  while ((await desk.deliverFilings()) > 0);
  const [filing] = (await desk.filings(supervisor, referral?.id ?? '')).items;
  if (filing === undefined) throw new Error('there is no filing');
  if (filing.state === 'ordered') {
    await wait(50); // it rests
    continue;
  }
  await local.close();
  process.stdout.write(`${JSON.stringify({ steps, ...filing })}\n`);
  break;
}
