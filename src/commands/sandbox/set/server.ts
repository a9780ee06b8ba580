import { listServers } from '../../../api/servers.ts';
import { defineCommand } from '../../../app/command.ts';
import type { Context } from '../../../app/context.ts';
import { openSandboxSession, replaceErrorWithSandboxFault } from '../../../config/session.ts';
import { findServer } from '../../../domain/find-server.ts';
import { sendControlRequest } from '../../../sandbox/control.ts';
import type { ServerState } from '../../../sandbox/state.ts';
import { sandboxSetExitCodes } from '../../shared/sandbox-account.ts';

const serverStates: readonly ServerState[] = ['started', 'stopped', 'maintenance', 'error'];

export default defineCommand<[name: string, state: ServerState]>({
  summary: 'Set the state of a server',
  arguments: [
    { name: '<server>', description: 'title, hostname, UUID or UUID prefix', source: 'server' },
    { name: '<state>', description: 'the new state', choices: serverStates },
  ],
  examples: ['upc sandbox set server web-1 maintenance', 'upc sandbox set server web-1 started --json'],
  json: 'the server: uuid, title, hostname, zone, state, plan, …',
  exits: [...sandboxSetExitCodes, [5, 'no such server']],
  run: changeServerState,
});

interface ShownServer {
  readonly uuid: string;
  readonly title: string;
  readonly zone: string;
  readonly state: string;
}

async function changeServerState(context: Context, [name, state]: [name: string, state: ServerState]): Promise<void> {
  const session = await openSandboxSession(context);
  const { uuid } = findServer(await listServers(await context.apiFor(session)), name);
  const request = { method: 'PATCH', path: `/sandbox/server/${uuid}`, body: { state } } as const;
  const { server } = await replaceErrorWithSandboxFault(
    session,
    sendControlRequest<{ server: ShownServer }>(session.origin, request),
  );
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
