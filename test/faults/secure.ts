import { onTestFinished } from 'vitest';
import { type Bench, bench, type Result, type RunOptions, upc } from '../fixture.ts';
import { instantClock } from './cell.ts';
import { certificate, type FaultServer, faultServer } from './fault-server.ts';

export const trusted = `--ca-file ${certificate('ca')}`;

/** Starts a sandbox behind a server with TLS. */
export async function secureBench(
  tls = 'localhost',
): Promise<{ b: Bench; server: FaultServer; env: Record<string, string> }> {
  const b = await bench();
  const server = await faultServer(b.origin, { on: 'all', applies: true, respond: relay }, tls);
  onTestFinished(async () => {
    await server.close();
    await b.close();
  });
  return { b, server, env: { ...b.env, UPCLOUD_DEBUG_API_BASE_URL: server.origin } };
}

const relay: Parameters<typeof faultServer>[1]['respond'] = ({ response, original }) =>
  void response.writeHead(original.status, { 'content-type': original.type }).end(original.body);

/** Runs the program against this origin, without waiting between attempts. */
export const run = (
  line: string,
  origin: string,
  env: Record<string, string | undefined> = {},
  options: Omit<RunOptions, 'env'> = {},
): Promise<Omit<Result, 'requests' | 'changes'>> =>
  upc(`${line} --json`, {
    env: { UPCLOUD_TOKEN: 'ucat_sandbox', UPCLOUD_DEBUG_API_BASE_URL: origin, ...env },
    clock: instantClock,
    ...options,
  });
