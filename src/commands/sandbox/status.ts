import { defineCommand } from '../../app/command.ts';
import type { Context } from '../../app/context.ts';
import { waitWithinBounds } from '../../core/within-bounds.ts';
import { fetchSummary } from '../../sandbox/control.ts';
import { getStateLocation, openEmbeddedSandbox } from '../../sandbox/embedded.ts';
import { createSandboxSummaryLines } from '../shared/sandbox-summary.ts';

export default defineCommand<[]>({
  summary: 'Show whether the sandbox is served over HTTP, where its state is stored, and what the state contains',
  examples: ['upc sandbox status', 'upc sandbox status --json'],
  json: 'an object: running, origin, pid, state, seed, servers, addresses, load_balancers, credits, address_selection',
  exits: [
    [0, 'done, even if the sandbox is not served'],
    [3, 'the sandbox state cannot be read'],
  ],
  run: runStatus,
});

async function runStatus(context: Context): Promise<void> {
  const { env, platform, out, onClose } = context;
  const { file } = await getStateLocation(env, platform);
  const sandbox = await waitWithinBounds(context, 'Opening the sandbox', () => openEmbeddedSandbox(env, platform));
  onClose(() => sandbox.close());
  const { running } = sandbox;
  const known = await fetchSummary(sandbox.origin);
  const place = {
    running: running !== undefined,
    origin: running?.origin ?? null,
    pid: running?.pid ?? null,
    state: running ? running.state : file,
  };
  await out.card({
    json: { ...place, ...known },
    quiet: running ? 'running' : 'not running',
    lines: [
      ['Served', running ? `${running.origin} (process ${running.pid})` : 'no'],
      ['State', place.state ?? 'in memory only'],
      ...createSandboxSummaryLines(known),
    ],
  });
}
