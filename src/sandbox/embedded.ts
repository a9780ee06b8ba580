import { join } from 'node:path';
import { SandboxError } from '../core/errors.ts';
import type { RunningServer } from './running.ts';
import type { Environment, Store } from './state.ts';

export interface OpenSandbox {
  readonly origin: string;
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
 * @param blame told why a change could not be kept, which the answer over HTTP does not say
 * @throws ConfigError where the state cannot be read
 */
export async function openSandbox(
  env: Variables,
  platform: NodeJS.Platform,
  blame: (fault: SandboxError) => void,
): Promise<OpenSandbox> {
  const { folder, file } = await sandboxPlace(env, platform);
  const { findRunningServer } = await import('./running.ts');
  const running = await findRunningServer(folder);
  if (running) return { origin: running.origin, running, close: async () => {} };
  const [{ diskStore }, { startSandbox }, { seed }] = await Promise.all([
    import('./disk-store.ts'),
    import('./server.ts'),
    import('./seeds.ts'),
  ]);
  const store = diskStore(file, () => seed('demo'));
  await store.read();
  return startSandbox({ store: blaming(store, blame), env: realEnvironment });
}

function blaming(store: Store, blame: (fault: SandboxError) => void): Store {
  return {
    read: () => store.read(),
    transact: (change) =>
      store.transact(change).catch((error: unknown) => {
        if (error instanceof SandboxError) blame(unkept(error));
        throw error;
      }),
  };
}

function unkept({ lines, hints }: SandboxError): SandboxError {
  return new SandboxError(['The sandbox could not keep the change.', ...lines], hints);
}
