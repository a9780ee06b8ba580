import { InvalidArgumentError } from 'commander';
import { listServers } from '../../../api/servers.ts';
import { defineCommand, withHelpHeading } from '../../../app/command.ts';
import type { Context } from '../../../app/context.ts';
import { parseTimeoutSeconds } from '../../../app/global-options.ts';
import { isAddressConfigured } from '../../../app/machine.ts';
import { findOwnServerUuid } from '../../../app/self.ts';
import { warnIfNotStarted } from '../../../app/server-state.ts';
import { UsageError } from '../../../core/errors.ts';
import { addressPredicates, serverPredicates } from '../../../domain/completion-predicates.ts';
import { assertCheckTargetsPrimary, parseHealthCheck } from '../../../domain/health-check.ts';
import { getServerDisplayName } from '../../../domain/server-name.ts';
import { findGuardTargets, type GuardTargetOptions, type GuardTargets } from '../../../guard/targets.ts';
import { readRequestedAddresses } from '../../shared/bulk.ts';
import { createServerOption, parseInterfaceIndex } from '../../shared/shared-options.ts';

/** The interval at which the guard reads the location of an address, even if no check failed. */
const LOCATION_READ_INTERVAL_MS = 60_000;

interface GuardOptions extends GuardTargetOptions {
  readonly all?: boolean;
  readonly check: string;
  readonly failures: number;
  readonly successes: number;
  readonly failBack?: boolean;
  /** In seconds. */
  readonly interval: number;
  /** In seconds. */
  readonly checkTimeout: number;
  /** In seconds. */
  readonly cooldown?: number;
  readonly onChange?: string;
  readonly once?: boolean;
}

const mandatoryOption = { isMandatory: true, askedUnless: [] } as const;

export default defineCommand<[addresses: string[]], GuardOptions>({
  summary: 'Watch a server, and move its floating IPs to a standby when it fails',
  arguments: [
    {
      name: '[address...]',
      description: 'floating IPs, or - to read them from standard input, one per line',
      source: { addresses: addressPredicates.canBeGuarded },
      askedUnless: ['all'],
    },
  ],
  options: [
    createServerOption(
      '--primary <server>',
      'the server that normally has the address, and that the guard watches',
      serverPredicates.canBePrimary,
      {
        ...mandatoryOption,
        question: 'The server to watch (--primary)',
      },
    ),
    createServerOption(
      '--standby <server>',
      'the server that gets the address when the primary fails',
      serverPredicates.canBeStandby,
      {
        ...mandatoryOption,
        question: 'The server that takes over (--standby)',
      },
    ),
    { flags: '--all', description: 'guard every floating IP that is on the primary at the start' },
    {
      flags: '--check <check>',
      description: 'a URL (2xx and 3xx are healthy), tcp:host:port, or a command (exit 0 is healthy)',
      ...mandatoryOption,
      question: 'Check: a URL, tcp:host:port or a command',
      check: parseHealthCheck,
    },
    ...withHelpHeading('When to move:', [
      {
        flags: '--failures <n>',
        description: 'failed checks in a row before the address moves',
        parse: parseCheckCount,
        default: 3,
      },
      { flags: '--fail-back', description: 'move the address back when the primary is healthy again' },
      {
        flags: '--successes <n>',
        description: 'passed checks in a row before the address moves back',
        parse: parseCheckCount,
        default: 3,
      },
      {
        flags: '--interval <seconds>',
        description: 'time from one check to the next',
        parse: parseTimeoutSeconds,
        default: 5,
      },
      {
        flags: '--check-timeout <seconds>',
        description: 'time limit of a check; a check that takes longer fails',
        parse: parseTimeoutSeconds,
        default: 5,
      },
      {
        flags: '--cooldown <seconds>',
        description: 'after a move, keep the address where it is for this long',
        parse: parseTimeoutSeconds,
      },
      {
        flags: '--on-change <command>',
        description: 'run this command after each move, with UPC_ADDRESS, UPC_FROM and UPC_TO (UUIDs) set',
      },
      {
        flags: '--once',
        description:
          'check until it is clear whether the primary is healthy, move the address if needed, and exit (for cron)',
      },
    ]),
    ...withHelpHeading('Interfaces:', [
      {
        flags: '--primary-interface <index>',
        description: 'the interface, if the primary has several public IPv4 interfaces',
        parse: parseInterfaceIndex,
        source: { interfacesOf: ['primary'] },
        question: 'Which interface of the primary?',
        askedUnless: [],
      },
      {
        flags: '--standby-interface <index>',
        description: 'the interface, if the standby has several public IPv4 interfaces',
        parse: parseInterfaceIndex,
        source: { interfacesOf: ['standby'] },
        question: 'Which interface of the standby?',
        askedUnless: [],
      },
    ]),
  ],
  examples: [
    'upc ip float guard 192.0.2.50 --primary web-1 --standby web-2 --check tcp:127.0.0.1:80 --once --sandbox',
    "upc ip float guard 192.0.2.50 --primary web-1 --standby web-2 --check 'curl -fsm 2 http://10.1.6.10/health'",
    'upc ip float guard --all --primary web-1 --standby web-2 --check tcp:192.0.2.10:443 --cooldown 600',
    'upc ip float guard 192.0.2.50 --primary web-1 --standby web-2 --check https://www.example.com/health --fail-back -o ndjson',
  ],
  notes: [
    'The guard moves an address only from one of the two servers to the other. Other clients may move it at any time.',
    'The API has no conditional write: two clients can move an address at the same moment without noticing. The guard',
    'reads the address again after a move and reports its location. Several guards of one address do not fight: after a',
    'failover, no guard moves it again before a check has passed. A guard moves an address back to the primary only if it moved',
    'the address away itself, or found it on the standby at the start.',
    'If the API is unreachable, the guard reports it and keeps watching. After a move with unknown outcome, it moves nothing',
    'until it has read the address again. --timeout limits the start, each read and each move; reads and moves also end after',
    '20 s at most.',
    'Ctrl-C and SIGTERM end the guard with exit 0. With --once, the guard does not know what earlier runs did:',
    'run it on one machine only.',
    'Check an address that always stays on the primary, never a guarded floating IP.',
    'With several addresses, the same checks decide about all of them, and each moves independently. --all guards the addresses',
    'that are on the primary at the start. If the guard may start after a failover, name the addresses instead.',
  ],
  json: 'with -o ndjson one event per line: time, event, address (null if the event concerns several), from and to (UUID or null), message',
  exits: [
    [0, 'stopped; with --once: the primary is healthy'],
    [1, 'the API rejected a request at the start'],
    [2, 'wrong usage, or rejected locally'],
    [3, 'the configuration cannot be used'],
    [4, 'not signed in, or permission denied'],
    [5, 'no such address or server'],
    [7, 'the API was unreachable at the start or, with --once, when the address had to move'],
    [8, 'with --once: the address had to move, but it cannot be moved, or it is on neither of the two servers'],
    [9, 'a move was sent, but its outcome is unknown'],
    [10, 'with --once: the primary is down, and the address is on the standby'],
  ],
  changesLater: true,
  run: (context, [addresses], options) => runGuardCommand(context, addresses, options),
});

async function runGuardCommand(context: Context, args: readonly string[], options: GuardOptions): Promise<void> {
  const addresses = await fetchAddressesToGuard(context, args, options);
  const check = parseHealthCheck(options.check);
  for (const address of addresses) assertCheckTargetsPrimary(address, check);
  assertLogFormat(context);
  const targets = await findGuardTargets(await context.api(), addresses, options);
  for (const { ip } of targets.guarded) assertCheckTargetsPrimary(ip.address, check);
  const { primary, standby } = targets.servers;
  warnIfNotStarted(context, standby);
  await warnIfAddressNotConfigured(context, targets);
  const { failures, successes, failBack = false, once = false, onChange } = options;
  const config = {
    titles: { primary: getServerDisplayName(primary), standby: getServerDisplayName(standby) },
    failures,
    successes,
    failBack,
    locateEveryMs: LOCATION_READ_INTERVAL_MS,
    cooldownMs: (options.cooldown ?? 0) * 1_000,
  };
  const [intervalMs, timeoutMs] = [options.interval * 1_000, options.checkTimeout * 1_000];
  const { runGuard } = await import('../../../guard/run.ts');
  await runGuard(context, { config, check, targets, intervalMs, timeoutMs, onChange, once });
}

/**
 * Warns if this machine is the primary or the standby, but one of the addresses is not configured on it. UpCloud may route
 * the address to this machine, which would not respond.
 */
async function warnIfAddressNotConfigured(context: Context, { guarded, servers }: GuardTargets): Promise<void> {
  const lacking = guarded.filter(({ ip }) => !isAddressConfigured(context.machine, ip.address));
  if (lacking.length === 0) return;
  const self = await findOwnServerUuid(context, async () => listServers(await context.api()));
  const here = [servers.primary, servers.standby].find(({ uuid }) => uuid === self);
  if (here === undefined) return;
  for (const { ip } of lacking) {
    const fix = `ip float config ${ip.address} --server self`;
    context.out.warn(
      (upc) =>
        `This machine, ${getServerDisplayName(here)}, does not have ${ip.address} configured and would not respond at that address. Fix: ${upc(fix)}`,
    );
  }
}

/** Returns the addresses to guard; an empty list for `--all`. @throws UsageError */
async function fetchAddressesToGuard(
  context: Context,
  args: readonly string[],
  { all = false }: GuardOptions,
): Promise<readonly string[]> {
  if (all && args.length > 0) throw new UsageError('--all and addresses cannot be combined.', 'Leave out one of them.');
  const addresses = await readRequestedAddresses(context, args);
  if (all || addresses.length > 0) return addresses;
  throw new UsageError('No address given.', 'Give floating IPs, or --all for all floating IPs on the primary.');
}

/**
 * Rejects a format that is one document, such as JSON, because the guard writes its log line by line. A format from a
 * profile or UPC_OUTPUT is not rejected: the log is then NDJSON or text.
 * @throws UsageError if the command line requests such a format
 */
function assertLogFormat({ globals, out }: Context): void {
  const { format } = out.settings;
  const isRequested = globals.json || globals.output !== undefined;
  if (!isRequested || format === 'table' || format === 'ndjson') return;
  throw new UsageError(
    `The guard prints a log and does not support the format ${format}.`,
    'For programs, use -o ndjson: one event per line.',
  );
}

function parseCheckCount(text: string): number {
  const n = Number(text);
  if (/^\d{1,3}$/.test(text) && n >= 1 && n <= 100) return n;
  throw new InvalidArgumentError('Give a number from 1 to 100.');
}
