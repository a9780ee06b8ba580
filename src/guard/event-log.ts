import type { Context } from '../app/context.ts';
import { escapeJson, sanitize } from '../core/sanitize.ts';
import type { GuardConfig, GuardEvent, Side } from '../domain/guard.ts';
import type { InterfaceRef } from './address-port.ts';

/** One line of the log as a program reads it; every key is always there. */
interface LoggedEvent {
  /** ISO 8601, UTC. */
  readonly time: string;
  readonly event: GuardEvent['event'];
  readonly address: string;
  /** UUIDs of servers, where the address moved. */
  readonly from: string | null;
  readonly to: string | null;
  readonly message: string;
}

/**
 * Writes each event as one line of stdout; with -q the address where it moved, and nothing else. It does not wait for the
 * line to arrive: a reader that stalls must not keep the guard from its work.
 */
export function eventLog(
  { out, clock }: Context,
  { address }: GuardConfig,
  interfaces: Readonly<Record<Side, InterfaceRef>>,
): (event: GuardEvent) => void {
  const uuid = (side: Side | undefined) => (side ? interfaces[side].uuid : null);
  return ({ event, message, from, to }) => {
    const time = new Date(clock.now()).toISOString();
    const { format, quiet } = out.settings;
    if (quiet) {
      if (event === 'moved') void out.text(`${address}\n`);
    } else if (format !== 'ndjson' && format !== 'json')
      void out.text(`${time}  ${event.padEnd(15)}  ${sanitize(message)}\n`);
    else {
      const logged: LoggedEvent = { time, event, address, from: uuid(from), to: uuid(to), message };
      void out.text(`${escapeJson(JSON.stringify(logged))}\n`);
    }
  };
}
