import type { Context } from '../app/context.ts';
import { escapeJson, sanitize } from '../core/sanitize.ts';
import type { GuardEvent, ServerRole } from '../domain/guard/model.ts';

/** One line of the log in JSON. Every key is always present. */
interface LoggedEvent {
  /** The time in ISO 8601 format, in UTC. */
  readonly time: string;
  readonly event: GuardEvent['event'];
  /** The address that the event is about; null if the event is about several addresses. */
  readonly address: string | null;
  /** The UUID of the server that the address left; null if the event is not a move. */
  readonly from: string | null;
  /** The UUID of the server that the address moved to; null if the event is not a move. */
  readonly to: string | null;
  readonly message: string;
}

export interface EventLogOptions {
  readonly addresses: readonly string[];
  /** The UUIDs of the primary and the standby. */
  readonly uuids: Readonly<Record<ServerRole, string>>;
}

/** The maximum length of a message. A message may quote a long response of the API (T-21). */
const MAX_MESSAGE_LENGTH = 500;

/**
 * Returns a function that writes each event as one line to stdout. With -q, the function writes only the address of each
 * move. The function does not wait until the line is written: a program that stops reading the log must not stop the guard.
 */
export function createEventLogger({ out, clock }: Context, options: EventLogOptions): (event: GuardEvent) => void {
  const format = createEventLineFormatter(options);
  const line = (event: GuardEvent) => format(event, new Date(clock.now()).toISOString(), out.settings);
  out.keepWritingAfterErrors((lost, reason) =>
    line({ event: 'log-lost', message: `${lost} lines were lost: the log could not be written (${reason}).` }),
  );
  return (event) => void out.text(line(event));
}

function createEventLineFormatter({ addresses, uuids }: EventLogOptions) {
  const [only] = addresses;
  const getUuid = (side: ServerRole | undefined) => (side ? uuids[side] : null);
  return (
    { event, message: full, address: about, from, to }: GuardEvent,
    time: string,
    { format, quiet }: Context['out']['settings'],
  ): string => {
    const address = about ?? (addresses.length === 1 && only ? only : null);
    const message = full.length > MAX_MESSAGE_LENGTH ? `${full.slice(0, MAX_MESSAGE_LENGTH)}…` : full;
    if (quiet) return event === 'moved' ? `${address}\n` : '';
    if (format === 'ndjson' || format === 'json') {
      const logged: LoggedEvent = { time, event, address, from: getUuid(from), to: getUuid(to), message };
      return `${escapeJson(JSON.stringify(logged))}\n`;
    }
    const isNamed = about === undefined || addresses.length === 1 || message.includes(about);
    return `${time}  ${event.padEnd(15)}  ${sanitize(isNamed ? message : `${about}: ${message}`)}\n`;
  };
}
