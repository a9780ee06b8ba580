import type { Environment } from './state.ts';

export interface OpenSandbox {
  readonly origin: string;
  close(): Promise<void>;
}

export const realEnvironment: Environment = { now: () => Date.now(), random: () => Math.random() };

/**
 * The sandbox for one command: the server that `upc sandbox serve` runs, or one of its own that lives as long as the
 * command and works on the same state.
 * @throws Error where the state cannot be read
 */
export async function openSandbox(
  env: Readonly<Record<string, string | undefined>>,
  platform: NodeJS.Platform,
): Promise<OpenSandbox> {
  const { dataFolder } = await import('./data-folder.ts');
  const folder = dataFolder(env, platform);
  const { findRunningServer } = await import('./running.ts');
  const running = await findRunningServer(folder);
  if (running) return { origin: running.origin, close: async () => {} };
  const [{ diskStore }, { startSandbox }, { seed }] = await Promise.all([
    import('./disk-store.ts'),
    import('./server.ts'),
    import('./seeds.ts'),
  ]);
  const store = diskStore(`${folder}/sandbox.json`, () => seed('demo', realEnvironment));
  return startSandbox({ store, env: realEnvironment });
}
