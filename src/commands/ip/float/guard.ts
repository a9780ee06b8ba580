import { InvalidArgumentError } from 'commander';
import { defineCommand, underHeading } from '../../../app/command.ts';
import type { Context } from '../../../app/context.ts';
import { parseSeconds } from '../../../app/global-options.ts';
import { warnOfState } from '../../../app/server-state.ts';
import { UsageError } from '../../../core/errors.ts';
import { assertChecksPrimary, parseCheck } from '../../../domain/health-check.ts';
import { serverName } from '../../../domain/server-name.ts';
import { findTargets, type TargetNames } from '../../../guard/targets.ts';
import { readAddresses } from '../../shared/bulk.ts';
import { parseIndex, serverOption, suitable } from '../../shared/inputs.ts';

/** The location of an address is read this often while nothing else calls for it. */
const LOOK_EVERY_MS = 60_000;

interface GuardOptions extends TargetNames {
  readonly all?: boolean;
  readonly check: string;
  readonly failures: number;
  readonly successes: number;
  readonly failBack?: boolean;
  /** Seconds. */
  readonly interval: number;
  /** Seconds. */
  readonly checkTimeout: number;
  /** Seconds. */
  readonly cooldown?: number;
  readonly onChange?: string;
  readonly once?: boolean;
}

const mandatory = { isMandatory: true, askedUnless: [] } as const;

export default defineCommand<[addresses: string[]], GuardOptions>({
  summary: 'Watch a server, and move its floating IPs to another one when it fails',
  arguments: [
    {
      name: '[address...]',
      description: 'floating IPs, or - to read them from standard input, one a line',
      source: { addresses: suitable.movable },
      askedUnless: ['all'],
    },
  ],
  options: [
    serverOption('--primary <server>', 'the server that is watched, where the address is as long as all is well', {
      ...mandatory,
      question: 'The server that is watched (--primary)',
    }),
    serverOption('--standby <server>', 'the server that gets the address when the primary fails', {
      ...mandatory,
      question: 'The server that takes over (--standby)',
    }),
    { flags: '--all', description: 'guard every floating IP that is on the primary at the start' },
    {
      flags: '--check <check>',
      description: 'a URL (2xx and 3xx are healthy), tcp:host:port, or a command (exit 0 is healthy)',
      ...mandatory,
      question: 'Check: a URL, tcp:host:port or a command',
    },
    ...underHeading('When it moves:', [
      {
        flags: '--failures <n>',
        description: 'bad checks in a row before the address moves',
        parse: count,
        default: 3,
      },
      { flags: '--fail-back', description: 'move it back when the primary is healthy again' },
      { flags: '--successes <n>', description: 'good checks in a row before it moves back', parse: count, default: 3 },
      { flags: '--interval <seconds>', description: 'from one check to the next', parse: parseSeconds, default: 5 },
      {
        flags: '--check-timeout <seconds>',
        description: 'a check that takes longer is a bad one',
        parse: parseSeconds,
        default: 5,
      },
      {
        flags: '--cooldown <seconds>',
        description: 'an address that was moved stays where it is for this long',
        parse: parseSeconds,
      },
      {
        flags: '--on-change <command>',
        description: 'run after a move, with UPC_ADDRESS, UPC_FROM and UPC_TO (UUIDs) set',
      },
      { flags: '--once', description: 'check until it is clear how the primary is, act, and end: for cron' },
    ]),
    ...underHeading('Which interface:', [
      {
        flags: '--primary-interface <index>',
        description: 'where the primary has several public IPv4 ones',
        parse: parseIndex,
      },
      {
        flags: '--standby-interface <index>',
        description: 'where the standby has several public IPv4 ones',
        parse: parseIndex,
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
    'The address is moved only while it is on the other one of the two servers; anybody else may move it at any time.',
    'The API has no conditional write: two that move it within one round trip can still meet. The guard reads it again',
    'afterwards and reports where it is. Several guards of one address do not fight: after a failover none moves it again',
    'before a check was good, and each fails back only what it moved itself or found on the standby when it began.',
    'An outage of the API is reported, and watching goes on. After a move of unknown outcome nothing is moved until',
    'reading the address shows what became of it. --timeout holds for the start, and for each read and each move (there',
    '20 s at most).',
    'Ctrl-C and SIGTERM are the ordinary end: exit 0. --once knows nothing of the run before: run it from one place.',
    'Check an address that stays with the primary, never the guarded one.',
    'Several addresses share the checks; each moves on its own. --all is for addresses that are on the primary at the',
    'start: a service that may start after a failover names them.',
  ],
  json: 'with -o ndjson one event a line: time, event, address (null: all of several), from and to (UUID or null), message',
  exits: [
    [0, 'stopped; with --once: the primary is healthy'],
    [1, 'the API rejected a request at the start'],
    [2, 'wrong usage, or rejected locally'],
    [3, 'the configuration cannot be used'],
    [4, 'not signed in, or permission denied'],
    [5, 'no such address or server'],
    [7, 'unreachable at the start; with --once: when the address was to move'],
    [8, 'with --once: it was to move, but is on neither server or cannot be moved'],
    [9, 'a move was sent, but its outcome is unknown'],
    [10, 'with --once: the primary is down, and the address is on the standby'],
  ],
  run: (context, [addresses], options) => runGuard(context, addresses, options),
});

async function runGuard(context: Context, args: readonly string[], options: GuardOptions): Promise<void> {
  const addresses = await readGuarded(context, args, options);
  const check = parseCheck(options.check);
  for (const address of addresses) assertChecksPrimary(address, check);
  assertLogFormat(context);
  const targets = await findTargets(await context.api(), addresses, options);
  for (const { ip } of targets.guarded) assertChecksPrimary(ip.address, check);
  const { primary, standby } = targets.servers;
  warnOfState(context, standby);
  const { failures, successes, failBack = false, once = false, onChange } = options;
  const config = {
    titles: { primary: serverName(primary), standby: serverName(standby) },
    failures,
    successes,
    failBack,
    lookEveryMs: LOOK_EVERY_MS,
    cooldownMs: (options.cooldown ?? 0) * 1_000,
  };
  const [intervalMs, timeoutMs] = [options.interval * 1_000, options.checkTimeout * 1_000];
  const { guard } = await import('../../../guard/run.ts');
  await guard(context, { config, check, targets, intervalMs, timeoutMs, onChange, once });
}

/** Returns the addresses to guard; none for `--all`. @throws UsageError */
async function readGuarded(
  context: Context,
  args: readonly string[],
  { all = false }: GuardOptions,
): Promise<readonly string[]> {
  if (all && args.length > 0) throw new UsageError('--all and addresses cannot be combined.', 'Leave out one of them.');
  const addresses = await readAddresses(context, args);
  if (all || addresses.length > 0) return addresses;
  throw new UsageError('No address given.', 'Give floating IPs, or --all for all that are on the primary.');
}

/**
 * A log is written line by line; the other formats are documents with an end. Where a profile or UPC_OUTPUT prefers one of
 * those, it is JSON line by line, or text.
 * @throws UsageError for one that the command line asks for
 */
function assertLogFormat({ globals, out }: Context): void {
  const { format } = out.settings;
  const isAsked = globals.json || globals.output !== undefined;
  if (!isAsked || format === 'table' || format === 'ndjson') return;
  throw new UsageError(`A guard writes a log, not a ${format} document.`, 'For programs: -o ndjson, one event a line.');
}

function count(text: string): number {
  const n = Number(text);
  if (/^\d{1,3}$/.test(text) && n >= 1 && n <= 100) return n;
  throw new InvalidArgumentError('Give a number from 1 to 100.');
}
