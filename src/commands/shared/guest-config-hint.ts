import { listServers } from '../../api/servers.ts';
import type { Api } from '../../api/transport.ts';
import type { Context } from '../../app/context.ts';
import { isAddressConfigured } from '../../app/machine.ts';
import { findOwnServerUuid } from '../../app/self.ts';
import type { Server } from '../../domain/model.ts';
import { getServerDisplayName } from '../../domain/server-name.ts';

/**
 * Prints a note with the command that configures the operating system for an attached or moved address. Prints nothing if
 * this machine is the server and already has the address.
 * @param address the address, or the placeholder `<address>` for several addresses
 */
export async function printGuestConfigHint(context: Context, api: Api, address: string, server: Server): Promise<void> {
  const { out, machine } = context;
  if (out.settings.format !== 'table' || out.settings.quiet) return;
  // Check locally first: identifying this server may need a request.
  if (
    isAddressConfigured(machine, address) &&
    (await findOwnServerUuid(context, () => listServers(api))) === server.uuid
  )
    return;
  out.note(
    (upc) =>
      `Server ${getServerDisplayName(server)} responds to ${address} only if the address is configured in its operating system. Show the configuration: ${upc(`ip float config ${address}`)}`,
  );
}
