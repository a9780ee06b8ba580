import { resolve } from 'node:path';
import { defineCommand } from '../../app/command.ts';
import type { Context } from '../../app/context.ts';
import { omitProgramField, type SandboxSummary, sendControlRequest } from '../../sandbox/control.ts';
import { getStateLocation } from '../../sandbox/embedded.ts';
import type { State } from '../../sandbox/state.ts';
import { createSeedOption, loadSeedState } from '../shared/sandbox-seed.ts';
import { createStateOption } from '../shared/sandbox-state-option.ts';
import { createSandboxSummaryLines } from '../shared/sandbox-summary.ts';

interface ResetOptions {
  seed: string;
  state?: string;
}

export default defineCommand<[], ResetOptions>({
  summary: 'Reset the sandbox to its initial state',
  options: [
    { ...createSeedOption('the seed to start from'), default: 'demo' },
    createStateOption('reset the state in this file instead of the default file'),
  ],
  examples: ['upc sandbox reset', 'upc sandbox reset --seed large:1000'],
  json: 'an object: state, seed, servers, addresses, load_balancers, credits, address_selection',
  notes: [
    'The command does not ask for confirmation. A sandbox that is being served is also reset.',
    'A state file that cannot be read is replaced.',
  ],
  exits: [
    [0, 'done'],
    [2, 'wrong usage'],
    [3, 'the sandbox state cannot be written'],
  ],
  run: (context, _args, options) => runReset(context, options),
});

async function runReset(context: Context, options: ResetOptions): Promise<void> {
  const state = await loadSeedState(options.seed);
  const { file, summary } = await resetSandbox(context, options, state);
  const { out } = context;
  await out.card({
    json: { state: file, ...summary },
    quiet: options.seed,
    lines: [['State', file ?? 'in memory only'], ...createSandboxSummaryLines(summary)],
  });
  out.note(`Reset the sandbox to seed ${options.seed}.`);
}

/**
 * Resets the sandbox. If a running server keeps its state in memory, sends it a request. Otherwise replaces the state file; a
 * running server notices this.
 */
async function resetSandbox(
  { env, deps, deadline }: Context,
  { seed, state: path }: ResetOptions,
  state: State,
): Promise<{ file: string | null; summary: SandboxSummary }> {
  const file = path === undefined ? await getDefaultStateTarget(env, deps.platform) : { path: resolve(path) };
  if ('origin' in file) {
    const request = { method: 'POST', path: '/sandbox/reset', body: { seed } } as const;
    return { file: null, summary: omitProgramField(await sendControlRequest(file.origin, request)) };
  }
  const { replaceState } = await import('../../sandbox/disk-store.ts');
  await replaceState(file.path, state, deadline.remaining());
  const { summarizeState } = await import('../../sandbox/rules/control-rules.ts');
  return { file: file.path, summary: omitProgramField(summarizeState(state)) };
}

async function getDefaultStateTarget(
  env: Context['env'],
  platform: NodeJS.Platform,
): Promise<{ path: string } | { origin: string }> {
  const { folder, file } = await getStateLocation(env, platform);
  const { findRunningServer } = await import('../../sandbox/running.ts');
  const running = await findRunningServer(folder);
  if (running === undefined) return { path: file };
  return running.state === null ? { origin: running.origin } : { path: running.state };
}
