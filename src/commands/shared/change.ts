import { type AddressChange, modifyAddress, modifyRequest } from '../../api/addresses.ts';
import { type Api, type ChangeRequest, pathOf } from '../../api/transport.ts';
import type { ExitMeanings } from '../../app/command.ts';
import type { Context } from '../../app/context.ts';
import { ExitSilently } from '../../core/exit-silently.ts';
import { interruptCode } from '../../core/interrupt.ts';
import type { Address } from '../../domain/model.ts';
import { describeKind, describeLocation, type Names } from '../../output/address.ts';
import type { View } from '../../output/columns.ts';

/** A request as a dry run shows it. */
interface DryRequest {
  readonly method: string;
  readonly path: string;
  readonly body: unknown;
}

const dryRunView: View<DryRequest> = {
  columns: {
    method: { header: 'METHOD', value: (row) => row.method, weight: 5, typed: true },
    path: { header: 'PATH', value: (row) => row.path, weight: 9, typed: true },
    body: { header: 'BODY', value: (row) => (row.body === null ? null : JSON.stringify(row.body)), weight: 8, min: 20 },
  },
  defaults: ['method', 'path', 'body'],
  quiet: (row) => `${row.method} ${row.path}`,
  empty: 'Nothing would be sent: there is nothing to change.',
};

/** Shows what would be sent: a table for a person, an array of `{method, path, body}` for a program. */
export async function showRequests(context: Context, requests: readonly ChangeRequest[]): Promise<void> {
  const rows = requests.map(({ method, segments, body }) => ({ method, path: pathOf(segments), body: body ?? null }));
  await context.out.rows(dryRunView, rows);
  if (rows.length > 0) context.out.note('Dry run: nothing was sent.');
}

export interface OneChange {
  readonly change: AddressChange;
  /** Nothing need be sent. */
  readonly isUnchanged: boolean;
  readonly dryRun?: boolean | undefined;
  readonly names: Names;
  /** What is told to a person afterwards, also where it was so already. */
  readonly message: string;
  /** Carries it out, where it takes more than the request. */
  readonly act?: (() => Promise<Address>) | undefined;
}

/** Makes a change to one address, unless it is so already, and shows the address; or shows what would be sent. */
export async function changeOne(context: Context, api: Api, ip: Address, requested: OneChange): Promise<void> {
  const { change, isUnchanged, dryRun, names, message } = requested;
  if (dryRun) return showRequests(context, isUnchanged ? [] : [modifyRequest(ip.address, change)]);
  const { act = () => modifyAddress(api, ip, change) } = requested;
  const after = isUnchanged ? ip : await act();
  await showChanged(context, after, !isUnchanged, names, message);
}

/**
 * Shows one address as the result of a command that changes it.
 * @param more what JSON has beyond the address and `changed`
 */
export async function showChanged(
  context: Context,
  ip: Address,
  changed: boolean | undefined,
  names: Names,
  message: string,
  more: object = {},
): Promise<void> {
  const { out } = context;
  const isForPeople = out.settings.format === 'table' && !out.settings.quiet;
  const card = () => ({
    json: changed === undefined ? ip : { ...ip, changed, ...more },
    quiet: ip.address,
    lines: [
      ['Address', ip.address],
      ['Kind', `${describeKind(ip)} ${ip.family}`],
      ['Zone', ip.zone],
      ['Server', describeLocation(ip, names)],
      ['PTR record', ip.ptr_record],
      ['Release policy', ip.release_policy],
    ] as const,
  });
  // A person gets the message in any case: it need not be said again.
  await out
    .result(isForPeople ? [] : [message], async () => out.card(card()))
    .finally(() => isForPeople && out.note(message));
  // What was on the wire when it was interrupted is done and told; the caller is told of the interrupt all the same (T-7).
  const code = interruptCode(context.interrupt);
  if (code !== undefined) throw new ExitSilently(code);
}

/** Exit codes that every command which changes something can end in. */
export const changingExits: ExitMeanings = [
  [0, 'done, or unchanged'],
  [1, 'the API rejected the request'],
  [2, 'wrong usage, or rejected locally before anything was sent'],
  [3, 'the configuration cannot be used'],
  [4, 'not signed in, or permission denied'],
  [5, 'no such address or server'],
  [7, 'unreachable, timed out or rate-limited; nothing was changed'],
  [8, 'conflict with the current state'],
  [9, 'sent, but the outcome is unknown or not visible yet: the message says what to check'],
];

export const bulkExits: ExitMeanings = [...changingExits, [6, 'some of several failed, or all for different reasons']];
