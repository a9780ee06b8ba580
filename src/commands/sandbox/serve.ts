import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { defineCommand, type OptionSpec } from '../../app/command.ts';
import type { Context } from '../../app/context.ts';
import { UpcError, UsageError } from '../../core/errors.ts';
import { waitForAbort } from '../../core/interrupt.ts';
import { getStateLocation, systemEnvironment } from '../../sandbox/embedded.ts';
import type { Sandbox } from '../../sandbox/http.ts';
import type { SandboxEnvironment, State, Store } from '../../sandbox/state.ts';
import { createSeedOption, loadSeedState } from '../shared/sandbox-seed.ts';
import { createStateOption } from '../shared/sandbox-state-option.ts';

interface ServeOptions {
  port: number;
  state?: string;
  ephemeral?: boolean;
  seed?: string;
  latency: number;
  failRate: number;
  settle: number;
}

export default defineCommand<[], ServeOptions>({
  summary: 'Serve the sandbox on this machine to any client of the API, until Ctrl-C',
  options: [
    createNumberOption('--port <n>', 'the port; 0 chooses a free one', 0, 65_535, /^\d+$/),
    createStateOption('keep the state in this file instead of the default file'),
    { flags: '--ephemeral', description: 'keep the state in memory only', conflicts: ['state'] },
    createSeedOption('the seed of a new state (demo by default)'),
    createNumberOption('--latency <ms>', 'delay every response by this time', 0, 600_000, /^\d+$/),
    createNumberOption(
      '--fail-rate <percent>',
      'fail this percentage of the requests with status 503',
      0,
      100,
      /^\d+(\.\d+)?$/,
    ),
    createNumberOption('--settle <seconds>', 'how long a server takes to start and to stop', 0, 3600, /^\d+(\.\d+)?$/),
  ],
  examples: [
    'upc sandbox serve',
    'upc sandbox serve --ephemeral --seed empty --port 8080',
    'upc sandbox serve --latency 300 --fail-rate 20',
  ],
  json: 'an object: origin, pid, state (null when in memory only), seed',
  notes: [
    'stdout shows the environment variables that point other clients to this sandbox; stderr shows a line for each request.',
    'Only this machine can connect. While the sandbox is served, commands with --sandbox use it.',
    'The username and the password are both `sandbox`. The token is `ucat_sandbox`.',
  ],
  exits: [
    [0, 'stopped by Ctrl-C or SIGTERM'],
    [2, 'wrong usage, or the port is in use'],
    [3, 'the sandbox state cannot be read or written'],
  ],
  run: (context, _args, options) => runServe(context, options),
});

function createNumberOption(flags: string, description: string, least: number, most: number, form: RegExp): OptionSpec {
  const parseNumber = (text: string): number => {
    if (form.test(text) && Number(text) >= least && Number(text) <= most) return Number(text);
    throw new UsageError(`${flags.split(' ')[0]} must be a number from ${least} to ${most}, not '${text}'.`);
  };
  return { flags, description, default: 0, parse: parseNumber };
}

async function runServe(context: Context, options: ServeOptions): Promise<void> {
  const { out, interrupt } = context;
  const { store, file } = await openSandboxStore(context, options);
  const { seed } = await store.read();
  const sandbox = await startSandboxServer(context, store, options);
  context.onClose(() => sandbox.close());
  await registerServerOrWarn(context, sandbox, file);
  await printServerInfo(context, { origin: sandbox.origin, pid: process.pid, state: file, seed });
  out.note(`Serving the sandbox (seed ${seed}, state ${file ?? 'in memory only'}). Press Ctrl-C to stop.`);
  await waitForAbort(interrupt.stopping);
  // Ctrl-C is the normal way to end this command, so the exit code is 0 and not 130.
  out.note('Stopped.');
}

async function openSandboxStore(
  context: Context,
  options: ServeOptions,
): Promise<{ store: Store; file: string | null }> {
  const requested: State | undefined = options.seed === undefined ? undefined : await loadSeedState(options.seed);
  if (options.ephemeral) {
    const { createMemoryStore } = await import('../../sandbox/memory-store.ts');
    return { store: createMemoryStore(requested ?? (await loadSeedState('demo'))), file: null };
  }
  const file =
    options.state === undefined
      ? (await getStateLocation(context.env, context.deps.platform)).file
      : resolve(options.state);
  if (requested && existsSync(file)) throw createStateExistsError(file, options);
  const { createDiskStore, replaceState } = await import('../../sandbox/disk-store.ts');
  // Write the file at once: without a file, other commands would use the demo seed.
  if (requested) await replaceState(file, requested);
  const initial = await loadSeedState('demo');
  return { store: createDiskStore(file, () => initial), file };
}

function createStateExistsError(file: string, { seed, state }: ServeOptions): UsageError {
  const place = state === undefined ? '' : ` --state ${state}`;
  return new UsageError(
    `The state file ${file} already exists, and --seed applies only to a new one.`,
    `Leave out --seed to use that file, add --ephemeral, or replace the file: \`upc sandbox reset --seed ${seed}${place}\``,
    'STATE_EXISTS',
  );
}

async function startSandboxServer({ out }: Context, store: Store, options: ServeOptions): Promise<Sandbox> {
  const { startSandbox } = await import('../../sandbox/server.ts');
  const { port, latency, failRate } = options;
  const env: SandboxEnvironment = { ...systemEnvironment, transitionMs: options.settle * 1000 };
  return startSandbox({ store, env, port, latency, failRate, log: out.note });
}

/**
 * Registers the server for commands with `--sandbox`.
 * @param state null if the server keeps its state in memory. In this case, a failed registration is only a warning
 */
async function registerServerOrWarn(
  context: Context,
  { origin, instance }: Sandbox,
  state: string | null,
): Promise<void> {
  const { findRunningServer, registerServer } = await import('../../sandbox/running.ts');
  try {
    const { folder } = await getStateLocation(context.env, context.deps.platform);
    const other = await findRunningServer(folder);
    if (other)
      context.out.warn(
        `Another sandbox is served at ${other.origin} (process ${other.pid}). Commands with --sandbox now use the new one.`,
      );
    context.onClose(await registerServer(folder, { origin, instance, state }));
  } catch (error) {
    if (!(error instanceof UpcError) || state !== null) throw error;
    context.out.warn(`Commands with --sandbox will not find this sandbox. ${error.message}`);
  }
}

async function printServerInfo(
  { out, deps }: Context,
  served: { origin: string; pid: number; state: string | null; seed: string },
): Promise<void> {
  const { format, quiet } = out.settings;
  if (quiet) return out.text(`${served.origin}\n`);
  if (format !== 'table') return out.json(served);
  const variables = [
    ['UPCLOUD_DEBUG_API_BASE_URL', served.origin],
    ['UPCLOUD_TOKEN', 'ucat_sandbox'],
  ];
  const formatInfoLine = ([name, value]: string[]) =>
    deps.platform === 'win32' ? `$env:${name} = '${value}'\n` : `export ${name}=${value}\n`;
  return out.text(variables.map(formatInfoLine).join(''));
}
