import { Argument, type Command } from 'commander';
import { listServers } from '../../api/servers.ts';
import type { Context } from '../../app/context.ts';
import { openSandboxSession } from '../../config/session.ts';
import { UsageError } from '../../core/errors.ts';
import { findServer } from '../../domain/find-server.ts';
import { addHelp, type HelpParts } from '../../help/parts.ts';
import { control, onlySummary, type Summary } from '../../sandbox/control.ts';
import type { ServerState } from '../../sandbox/state.ts';
import { summaryLines } from '../shared/sandbox-summary.ts';

const exits: HelpParts['exits'] = [
  [0, 'done'],
  [2, 'wrong usage'],
  [3, 'the state cannot be read or written'],
];
const states: readonly ServerState[] = ['started', 'stopped', 'maintenance', 'error'];

export function registerSet(parent: Command, context: Context): void {
  const set = parent
    .command('set')
    .description('Put the sandbox into a situation to rehearse: no credits, a server in maintenance, …')
    .usage('<what> [options]')
    .helpCommand(false);
  const credits = set
    .command('credits')
    .description('The credits of the account; with 0, nothing that costs money can be made')
    .argument('<cents>', 'the new amount', parseCents)
    .action((cents: number) => changeAccount(context, { credits: cents }));
  addHelp(credits, { examples: ['upc sandbox set credits 0'], json: summaryType, exits });
  const selection = set
    .command('address-selection')
    .description('Whether the account has the privilege to choose an address')
    .addArgument(new Argument('<on|off>', 'on or off').choices(['on', 'off']))
    .action((requested: string) => changeAccount(context, { address_selection: requested === 'on' }));
  addHelp(selection, { examples: ['upc sandbox set address-selection on'], json: summaryType, exits });
  const server = set
    .command('server')
    .description('The state of a server')
    .argument('<server>', 'title, host name, UUID or the first characters of one')
    .addArgument(new Argument('<state>', 'the new state').choices(states))
    .action((name: string, state: ServerState) => changeServer(context, name, state));
  addHelp(server, {
    examples: ['upc sandbox set server web-1 maintenance', 'upc sandbox set server web-1 started --json'],
    json: 'the server: uuid, title, hostname, zone, state, plan, …',
    exits: [...exits, [5, 'no such server']],
  });
}

const summaryType = 'an object: seed, servers, addresses, load_balancers, credits, address_selection';

function parseCents(text: string): number {
  if (/^\d{1,9}(\.\d{1,2})?$/.test(text)) return Number(text);
  throw new UsageError(`'${text}' is no amount of credits.`, 'Give cents, such as 0 or 9972.23.');
}

async function changeAccount(context: Context, body: { credits: number } | { address_selection: boolean }) {
  const origin = (await openSandboxSession(context)).origin;
  const answer = await control<Summary & { program: string }>(origin, {
    method: 'PATCH',
    path: '/sandbox/account',
    body,
  });
  const summary = onlySummary(answer);
  await context.out.card({ json: summary, quiet: String(Object.values(body)[0]), lines: summaryLines(summary) });
}

interface ShownServer {
  readonly uuid: string;
  readonly title: string;
  readonly zone: string;
  readonly state: string;
}

async function changeServer(context: Context, name: string, state: ServerState): Promise<void> {
  const session = await openSandboxSession(context);
  const { uuid } = findServer(await listServers(await context.apiFor(session)), name);
  const { server } = await control<{ server: ShownServer }>(session.origin, {
    method: 'PATCH',
    path: `/sandbox/server/${uuid}`,
    body: { state },
  });
  await context.out.card({
    json: server,
    quiet: server.uuid,
    lines: [
      ['Server', server.title],
      ['UUID', server.uuid],
      ['Zone', server.zone],
      ['State', server.state],
    ],
  });
}
