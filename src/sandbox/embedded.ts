import { join } from 'node:path';
import { SandboxError } from '../core/errors.ts';
import type { RunningServer } from './running.ts';
import type { Environment, Store } from './state.ts';

export interface OpenSandbox {
  readonly origin: string;
  /** Why a change could not be kept, which the response over HTTP does not say. */
  readonly fault: () => SandboxError | undefined;
  /** The server that `upc sandbox serve` runs, where it is that one. */
  readonly running?: RunningServer;
  close(): Promise<void>;
}

type Variables = Readonly<Record<string, string | undefined>>;

export const realEnvironment: Environment = { now: () => Date.now(), random: () => Math.random() };

/** Where the state is that `--sandbox` works on. @throws ConfigError where the environment names no place */
export async function sandboxPlace(
  env: Variables,
  platform: NodeJS.Platform,
): Promise<{ folder: string; file: string }> {
  const { dataFolder } = await import('./data-folder.ts');
  const folder = dataFolder(env, platform);
  return { folder, file: join(folder, 'sandbox.json') };
}

/**
 * The sandbox for one command: the server that `upc sandbox serve` runs, or one of its own that lives as long as the
 * command and works on the same state.
 * @throws ConfigError where the state cannot be read
 */
export async function openSandbox(env: Variables, platform: NodeJS.Platform): Promise<OpenSandbox> {
  const { folder, file } = await sandboxPlace(env, platform);
  const { findRunningServer } = await import('./running.ts');
  const running = await findRunningServer(folder);
  if (running) return { origin: running.origin, running, fault: () => undefined, close: async () => {} };
  const [{ diskStore }, { startSandbox }, { seed }] = await Promise.all([
    import('./disk-store.ts'),
    import('./server.ts'),
    import('./seeds.ts'),
  ]);
  const store = diskStore(file, () => seed('demo'));
  await store.read();
  let fault: SandboxError | undefined;
  const watched = withFaultReport(store, (error) => {
    fault ??= error;
  });
  const server = await startSandbox({ store: watched, env: realEnvironment });
  return { origin: server.origin, fault: () => fault, close: () => server.close() };
}

function withFaultReport(store: Store, report: (fault: SandboxError) => void): Store {
  return {
    read: () => store.read(),
    transact: (change) =>
      store.transact(change).catch((error: unknown) => {
        if (error instanceof SandboxError) report(changeNotKept(error));
        throw error;
      }),
  };
}

function changeNotKept({ lines, hints }: SandboxError): SandboxError {
  return new SandboxError(['The sandbox could not keep the change.', ...lines], hints);
}
