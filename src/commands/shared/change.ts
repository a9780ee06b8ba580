import { type AddressChange, createModifyAddressRequest, modifyAddress } from '../../api/addresses.ts';
import { type Api, type ChangeRequest, joinPathSegments } from '../../api/transport.ts';
import type { ExitCodeMeanings } from '../../app/command.ts';
import type { Context } from '../../app/context.ts';
import { SilentExit } from '../../core/exit-silently.ts';
import { getInterruptCode } from '../../core/interrupt.ts';
import type { Address } from '../../domain/model.ts';
import { describeAddressKind, describeAddressLocation, type ResourceNames } from '../../output/address.ts';
import type { ListView } from '../../output/columns.ts';

/** A request in the output of a dry run. */
interface DryRunRequest {
  readonly method: string;
  readonly path: string;
  readonly body: unknown;
}

const dryRunView: ListView<DryRunRequest> = {
  columns: {
    method: { header: 'METHOD', value: (row) => row.method, weight: 5, typed: true },
    path: { header: 'PATH', value: (row) => row.path, weight: 9, typed: true },
    body: { header: 'BODY', value: (row) => (row.body === null ? null : JSON.stringify(row.body)), weight: 8, min: 20 },
  },
  defaults: ['method', 'path', 'body'],
  block: { head: ['method', 'path'], below: ['body'] },
  quiet: (row) => `${row.method} ${row.path}`,
  empty: 'Nothing would be sent: there is nothing to change.',
};

/** Shows the requests that would be sent: as a table, or as an array of `{method, path, body}`. */
export async function showDryRunRequests(context: Context, requests: readonly ChangeRequest[]): Promise<void> {
  const rows = requests.map(({ method, segments, body }) => ({
    method,
    path: joinPathSegments(segments),
    body: body ?? null,
  }));
  await context.out.rows(dryRunView, rows);
  if (rows.length > 0) context.out.note('Dry run: nothing was sent.');
}

export interface SingleAddressChange {
  readonly change: AddressChange;
  /** Whether the address already has the requested state. If so, nothing is sent. */
  readonly isUnchanged: boolean;
  readonly dryRun?: boolean | undefined;
  readonly names: ResourceNames;
  /** The sentence that describes the result to the user, also if the address is unchanged. */
  readonly message: string;
  /** Carries out a change that takes more than one request. By default, the change is a single PATCH. */
  readonly act?: (() => Promise<Address>) | undefined;
}

/**
 * Changes one address unless it already has the requested state, and shows the address. In a dry run, only shows the request.
 * Throws UpcError.
 */
export async function changeOneAddress(
  context: Context,
  api: Api,
  ip: Address,
  requested: SingleAddressChange,
): Promise<void> {
  const { change, isUnchanged, dryRun, names, message } = requested;
  if (dryRun) return showDryRunRequests(context, isUnchanged ? [] : [createModifyAddressRequest(ip.address, change)]);
  const { act = () => modifyAddress(api, ip, change) } = requested;
  const after = isUnchanged ? ip : await act();
  await showChangedAddress(context, after, !isUnchanged, names, message);
}

/**
 * Shows one address as the result of a command that changes it.
 * @param more further fields for the JSON output, beside the address and `changed`
 */
export async function showChangedAddress(
  context: Context,
  ip: Address,
  changed: boolean | undefined,
  names: ResourceNames,
  message: string,
  more: object = {},
): Promise<void> {
  const { out } = context;
  const isForPeople = out.settings.format === 'table' && !out.settings.quiet;
  const createCard = () => ({
    json: changed === undefined ? ip : { ...ip, changed, ...more },
    quiet: ip.address,
    lines: [
      ['Address', ip.address],
      ['Kind', `${describeAddressKind(ip)} ${ip.family}`],
      ['Zone', ip.zone],
      ['Server', describeAddressLocation(ip, names)],
      ['PTR record', ip.ptr_record],
      ['Release policy', ip.release_policy],
    ] as const,
  });
  // If stdout cannot be written, result() prints its first argument on stderr. With table output, pass no lines,
  // because note() prints the message on stderr in any case.
  await out
    .result(isForPeople ? [] : [message], async () => out.card(createCard()))
    .finally(() => isForPeople && out.note(message));
  // The change was finished and reported, but the exit code must still report the interrupt (T-7).
  const code = getInterruptCode(context.interrupt);
  if (code !== undefined) throw new SilentExit(code);
}

/** The exit codes of every command that changes something. */
export const changeCommandExitCodes: ExitCodeMeanings = [
  [0, 'done, or unchanged'],
  [1, 'the API rejected the request'],
  [2, 'wrong usage, or the change was not confirmed or was rejected locally: no change was sent'],
  [3, 'the configuration cannot be used'],
  [4, 'not signed in, or permission denied'],
  [5, 'no such address or server'],
  [7, 'the API was unreachable or limited the request rate, or the command timed out; nothing was changed'],
  [8, 'the change conflicts with the current state'],
  [9, 'the change was sent, but its outcome is unknown or not visible yet: the message says what to check'],
];

export const bulkCommandExitCodes: ExitCodeMeanings = [
  ...changeCommandExitCodes,
  [6, 'some addresses failed, or all failed for different reasons'],
];
