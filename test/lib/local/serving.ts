// A process of its own that serves a desk, for tests that measure it or kill it: `node serving.ts <folder>`. It says where it listens,
// and on being asked the most memory it ever had.
import { openLocalDesk } from '../../../lib/local/open.ts';
import { serveLocal } from '../../../lib/local/serve.ts';

const [, , dir = ''] = process.argv;
const server = await serveLocal(await openLocalDesk({ dir, alarm: () => Promise.resolve() }), { port: 0 });
process.on('message', () => process.send?.({ maxBytes: process.resourceUsage().maxRSS * 1024 }));
process.send?.({ url: server.url, socket: server.socket });
