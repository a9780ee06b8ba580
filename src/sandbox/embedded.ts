import { join } from 'node:path';
import type { Env } from '../core/environment.ts';
import { SandboxError } from '../core/errors.ts';
import type { RunningServer } from './running.ts';
import type { SandboxEnvironment, Store } from './state.ts';

export interface OpenedSandbox {
  readonly origin: string;
  /**
   * Returns the error of the first change that could not be stored, or undefined. The HTTP response does not contain this
   * error.
   */
  readonly fault: () => SandboxError | undefined;
  /** The server of `upc sandbox serve`, if one is running. Undefined if this sandbox was started for one command only. */
  readonly running?: RunningServer;
  close(): Promise<void>;
}

export const systemEnvironment: SandboxEnvironment = { now: () => Date.now(), random: () => Math.random() };

/**
 * Returns the folder and the file of the state that `--sandbox` uses.
 * @throws ConfigError if the environment gives no usable folder
 */
export async function getStateLocation(env: Env, platform: NodeJS.Platform): Promise<{ folder: string; file: string }> {
  const { getSandboxFolder } = await import('./data-folder.ts');
  const folder = getSandboxFolder(env, platform);
  return { folder, file: join(folder, 'sandbox.json') };
}

/**
 * Opens the sandbox for one command. Uses the server of `upc sandbox serve` if one is running. Otherwise starts a server
 * for this command, with the state from the file.
 * @throws ConfigError if the state cannot be read
 */
export async function openEmbeddedSandbox(env: Env, platform: NodeJS.Platform): Promise<OpenedSandbox> {
  const { folder, file } = await getStateLocation(env, platform);
  const { findRunningServer } = await import('./running.ts');
  const running = await findRunningServer(folder);
  if (running) return { origin: running.origin, running, fault: () => undefined, close: async () => {} };
  const [{ createDiskStore }, { startSandbox }, { createSeed }] = await Promise.all([
    import('./disk-store.ts'),
    import('./server.ts'),
    import('./seeds.ts'),
  ]);
  const store = createDiskStore(file, () => createSeed('demo'));
  await store.read();
  let fault: SandboxError | undefined;
  const watched = withFaultReport(store, (error) => {
    fault ??= error;
  });
  const server = await startSandbox({ store: watched, env: systemEnvironment });
  return { origin: server.origin, fault: () => fault, close: () => server.close() };
}

function withFaultReport(store: Store, report: (fault: SandboxError) => void): Store {
  return {
    read: () => store.read(),
    transact: (change) =>
      store.transact(change).catch((error: unknown) => {
        if (error instanceof SandboxError) report(createChangeNotStoredError(error));
        throw error;
      }),
  };
}

function createChangeNotStoredError({ lines, hints }: SandboxError): SandboxError {
  return new SandboxError(['The sandbox could not store the change.', ...lines], hints);
}
