import { getAddress, modifyAddress } from '../api/addresses.ts';
import type { Api } from '../api/transport.ts';
import type { Clock } from '../core/clock.ts';
import { exit, toExpectedError, type UpcError } from '../core/errors.ts';
import type { AddressLocation, AddressObservation, ServerRole } from '../domain/guard/model.ts';
import type { Address } from '../domain/model.ts';
import type { AddressClient } from './watch.ts';

/** A server, and its interface to which the guard attaches the address. */
export interface GuardedServerInterface {
  readonly uuid: string;
  readonly mac: string;
}

export interface AddressClientOptions {
  readonly address: string;
  readonly interfaces: Readonly<Record<ServerRole, GuardedServerInterface>>;
  readonly clock: Clock;
  /** Creates an API client for one read or one move. Each client has its own deadline, because the guard runs without end. */
  readonly api: () => Promise<Api>;
}

/** Creates the client of one guarded address. Its reads and moves return observations for the state machine. */
export function createAddressClient({ address, interfaces, clock, api }: AddressClientOptions): AddressClient {
  let last: Address | undefined;
  return {
    async locate() {
      try {
        last = await getAddress(await api(), address);
        return { kind: 'seen', at: clock.elapsed(), location: toAddressLocation(last, interfaces) };
      } catch (error) {
        const at = clock.elapsed();
        const failure = toExpectedError(error);
        if (failure.code === 'IP_ADDRESS_NOT_FOUND') return { kind: 'seen', at, location: 'gone' };
        return { kind: 'api-failed', at, message: failure.message };
      }
    },
    async move(to) {
      if (last === undefined) throw new Error('the address must be read before it is moved');
      try {
        last = await modifyAddress(await api(), last, { mac: interfaces[to].mac });
        return { kind: 'moved', at: clock.elapsed(), to };
      } catch (error) {
        return createFailedMoveObservation(toExpectedError(error), to, clock.elapsed());
      }
    },
  };
}

export function toAddressLocation(ip: Address, interfaces: AddressClientOptions['interfaces']): AddressLocation {
  if (ip.is_delegated === 'yes') return 'delegated';
  if (ip.server === null) return 'detached';
  if (ip.server === interfaces.primary.uuid) return 'primary';
  return ip.server === interfaces.standby.uuid ? 'standby' : 'elsewhere';
}

function createFailedMoveObservation(error: UpcError, to: ServerRole, at: number): AddressObservation {
  const { message } = error;
  if (error.exitCode === exit.unknown) return { kind: 'unknown', at, to, message };
  if (error.exitCode === exit.unreachable) return { kind: 'api-failed', at, message };
  return { kind: 'rejected', at, to, message };
}
