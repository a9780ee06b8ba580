import { onTestFinished } from 'vitest';
import { type RunOptions, type RunResult, startTestSandbox, type TestSandbox, upc } from '../fixture.ts';
import { instantClock } from './cell.ts';
import { certificatePath, type FaultServer, startFaultServer } from './fault-server.ts';

export const trustOption = `--ca-file ${certificatePath('ca')}`;

/** Starts a sandbox behind a server with TLS. */
export async function startSecureSandbox(
  tls = 'localhost',
): Promise<{ b: TestSandbox; server: FaultServer; env: Record<string, string> }> {
  const b = await startTestSandbox();
  const server = await startFaultServer(b.origin, { on: 'all', applies: true, respond: relay }, tls);
  onTestFinished(async () => {
    await server.close();
    await b.close();
  });
  return { b, server, env: { ...b.env, UPCLOUD_DEBUG_API_BASE_URL: server.origin } };
}

const relay: Parameters<typeof startFaultServer>[1]['respond'] = ({ response, original }) =>
  void response.writeHead(original.status, { 'content-type': original.type }).end(original.body);

/** Runs the program against this origin. It does not wait between attempts. */
export const runProgram = (
  line: string,
  origin: string,
  env: Record<string, string | undefined> = {},
  options: Omit<RunOptions, 'env'> = {},
): Promise<Omit<RunResult, 'requests' | 'changes'>> =>
  upc(`${line} --json`, {
    env: { UPCLOUD_TOKEN: 'ucat_sandbox', UPCLOUD_DEBUG_API_BASE_URL: origin, ...env },
    clock: instantClock,
    ...options,
  });
