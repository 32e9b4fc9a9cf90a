// A process of its own that serves a desk, for tests that measure it or kill it: `node serving.ts <folder>`. It says where it listens,
// and on being asked the most memory it ever had.
import { readFileSync } from 'node:fs';
import { openLocalDesk } from '../../../lib/local/open.ts';
import { serveLocal } from '../../../lib/local/serve.ts';

const [, , dir = ''] = process.argv;
const server = await serveLocal(await openLocalDesk({ dir, alarm: () => Promise.resolve() }), { port: 0 });
process.on('message', () => process.send?.({ maxBytes: mostMemory() }));
process.send?.({ url: server.url, socket: server.socket });

/** Of this program alone: what `getrusage` tells begins, on Linux, with what the process that forked this one held at that moment. */
function mostMemory(): number {
  if (process.platform !== 'linux') return process.resourceUsage().maxRSS * 1024;
  const peak = /VmHWM:\s+(\d+) kB/.exec(readFileSync('/proc/self/status', 'utf8'))?.[1];
  return Number(peak) * 1024;
}
