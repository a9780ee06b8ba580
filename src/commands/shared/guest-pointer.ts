import type { Context } from '../../app/context.ts';
import { carriesAddress } from '../../app/machine.ts';
import { findSelf } from '../../app/self.ts';
import type { Server } from '../../domain/model.ts';
import { serverName } from '../../domain/server-name.ts';

/**
 * Prints, for a person, the command for the guest side of an address that was attached or moved. Prints nothing where this
 * machine is that server and carries the address.
 * @param address `<address>` stands for each of several
 */
export async function pointToGuestConfig(context: Context, address: string, server: Server): Promise<void> {
  const { out, machine } = context;
  if (out.settings.format !== 'table' || out.settings.quiet) return;
  // The local check comes first: it costs nothing, and finding out which server this is may take a request.
  if (carriesAddress(machine, address) && (await findSelf(context, [server])) === server.uuid) return;
  out.note(
    (upc) =>
      `${serverName(server)} responds to ${address} only when its operating system has that address, too: ${upc(`ip float config ${address}`)}`,
  );
}
