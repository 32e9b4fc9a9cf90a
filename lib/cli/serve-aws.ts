// `serve --aws`: the CyberTipline door of a desk on AWS, for the container that the stack puts behind its load balancer. Always true: it answers that
// door and nothing else; the log, the clock, packets and filings are the lambdas' there.
import { tmpdir } from 'node:os';
import { awsClients } from '../aws/clients.ts';
import { readEnvironment } from '../aws/environment.ts';
import { openAwsDesk } from '../aws/open.ts';
import { createApi, type Outline } from '../http/index.ts';
import { loadAll } from '../later.ts';
import { localFont } from '../local/fonts.ts';
import { localScratch } from '../local/scratch.ts';
import { listenOn, type Listening } from '../local/listen.ts';
import type { Ports } from '../ports.ts';
import { tellFault } from './session.ts';

export interface AwsServer extends Listening {
  /** The desk's own id. */
  readonly desk: string;
}

/**
 * @param variables what the stack tells its lambdas; clients are made as the SDK makes them of its own settings
 * @throws DeskError input/invalid (names each variable); the system's error when the port cannot be had
 */
export async function serveOnAws(
  variables: NodeJS.ProcessEnv,
  place: { readonly port: number; readonly host: string },
  alarm: Ports['alarm'],
): Promise<AwsServer> {
  const { parts, settings } = readEnvironment(variables);
  const lent = { font: localFont, scratch: localScratch(tmpdir()), alarm };
  const { desk } = openAwsDesk({ ...parts, ...awsClients() }, lent, settings);
  const clock = (): number => performance.now();
  const api = createApi(desk, { serves: isHealth, answersReports: true, clock, onFault: tellFault });
  await loadAll(); // no first report waits for it
  return { ...(await listenOn(api.fetch, place)), desk: parts.desk };
}

/** What the load balancer asks. */
function isHealth({ path }: Outline): boolean {
  return path === '/healthz';
}
