import { type Command, InvalidArgumentError } from 'commander';
import { Deadline } from '../../../api/deadline.ts';
import type { Address } from '../../../api/schema.ts';
import type { Context } from '../../../context.ts';
import { parseAddress } from '../../../domain/address.ts';
import {
  begin,
  type GuardConfig,
  type GuardEvent,
  type GuardState,
  type Side,
  type Spot,
  spotText,
  type Verdict,
  verdictOf,
} from '../../../domain/guard.ts';
import { type HealthCheck, parseCheck, refuseCheckOf } from '../../../domain/health-check.ts';
import { type ExitCode, exit, InterruptedError, UnknownOutcomeError, UsageError } from '../../../errors.ts';
import { parseSeconds } from '../../../globals.ts';
import type { Seat } from '../../../guard/address-port.ts';
import { Reported } from '../../../reported.ts';
import { addHelp } from '../../help.ts';
import { findTargets, nameOf, seatOf, type TargetNames, warnOfState } from './guard-targets.ts';

interface GuardOptions extends TargetNames {
  check: string;
  failures: number;
  successes: number;
  failBack?: boolean;
  interval: number;
  checkTimeout: number;
  onChange?: string;
  once?: boolean;
}

/** An API round has this long at most, so that one that hangs does not keep the checks waiting. */
const ROUND_MAX_MS = 20_000;
/** The address is looked at this often while nothing calls for it. */
const LOOK_EVERY_MS = 60_000;

export function registerGuard(parent: Command, context: Context): void {
  const command = parent
    .command('guard')
    .description('Watch a server, and move its floating IP to another one when it fails')
    .argument('<address>', 'a floating IP')
    .requiredOption('--primary <server>', 'the server that is watched, where the address is as long as all is well')
    .requiredOption('--standby <server>', 'the server that gets the address when the primary fails')
    .requiredOption(
      '--check <check>',
      'a URL (2xx and 3xx are healthy), tcp:host:port, or a command (exit 0 is healthy)',
    )
    .optionsGroup('When it moves:')
    .option('--failures <n>', 'bad checks in a row before the address moves', count, 3)
    .option('--fail-back', 'move it back when the primary is healthy again')
    .option('--successes <n>', 'good checks in a row before it moves back', count, 3)
    .option('--interval <seconds>', 'from one check to the next', parseSeconds, 5)
    .option('--check-timeout <seconds>', 'a check that takes longer is a bad one', parseSeconds, 5)
    .option('--on-change <command>', 'run after a move, with UPC_ADDRESS, UPC_FROM and UPC_TO (UUIDs) set')
    .option('--once', 'check until it is clear how the primary is, act, and end: for cron')
    .optionsGroup('Which interface:')
    .option('--primary-interface <index>', 'where the primary has several public IPv4 ones', index)
    .option('--standby-interface <index>', 'where the standby has several public IPv4 ones', index)
    .action((address: string, options: GuardOptions) => runGuard(context, address, options));
  addHelp(command, {
    examples: [
      'upc ip float guard 192.0.2.50 --primary web-1 --standby web-2 --check tcp:127.0.0.1:80 --once --sandbox',
      "upc ip float guard 192.0.2.50 --primary web-1 --standby web-2 --check 'curl -fsm 2 http://10.1.6.10/health'",
      'upc ip float guard 192.0.2.50 --primary web-1 --standby web-2 --check https://www.example.com/health --fail-back -o ndjson',
    ],
    notes: [
      'The address is moved only while it is on the other one of the two servers; anybody else may move it at any time.',
      'The API has no conditional write: two that move it within one round trip can still meet. The guard looks again',
      'afterwards and tells where it is. Several guards of one address do not fight: after a fail-over none moves it again',
      'before a check was good, and each fails back only what it moved itself or found on the standby when it began.',
      'An outage of the API is told, and watching goes on. After a move of unknown outcome nothing is moved until looking',
      'shows what became of it. --timeout holds for the start, and for each look and each move (there 20 s at most).',
      'Ctrl-C and SIGTERM are the ordinary end: exit 0. --once knows nothing of the run before: run it from one place.',
      'Check an address that stays with the primary, never the guarded one.',
    ],
    json: 'with -o ndjson one event a line: time, event, address, from (UUID or null), to (UUID or null), message',
    exits: [
      [0, 'stopped; with --once: the primary is healthy'],
      [1, 'the API refused at the start'],
      [2, 'wrong usage, or refused here'],
      [4, 'not signed in, or permission refused'],
      [5, 'no such address or server'],
      [7, 'not reachable at the start; with --once: when the address was to move'],
      [8, 'with --once: it was to move, but is on neither server or cannot be moved'],
      [9, 'a move was sent, but its outcome is unknown'],
      [10, 'with --once: the primary is down, and the address is on the standby'],
    ],
  });
}

function count(text: string): number {
  const n = Number(text);
  if (/^\d{1,3}$/.test(text) && n >= 1 && n <= 100) return n;
  throw new InvalidArgumentError('Give a number from 1 to 100.');
}

function index(text: string): number {
  if (/^\d{1,3}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('An interface is named by its index, such as 2.');
}

async function runGuard(context: Context, text: string, options: GuardOptions): Promise<void> {
  const { canonical } = parseAddress(text);
  const check = parseCheck(options.check);
  refuseCheckOf(canonical, check);
  refuseFormat(context);
  const { ip, servers } = await findTargets(await context.api(), canonical, options);
  const seats = {
    primary: seatOf(ip, servers.primary, 'primary', options),
    standby: seatOf(ip, servers.standby, 'standby', options),
  };
  const config: GuardConfig = {
    address: canonical,
    titles: { primary: nameOf(servers.primary), standby: nameOf(servers.standby) },
    failures: options.failures,
    successes: options.successes,
    failBack: options.failBack === true,
    lookEveryMs: LOOK_EVERY_MS,
  };
  warnOfState(context, servers.standby);
  await guard(context, config, { check, seats, ip }, options);
}

/** A log is written line by line; the other formats are documents with an end. */
function refuseFormat({ out }: Context): void {
  const { format } = out.settings;
  if (format === 'table' || format === 'ndjson') return;
  throw new UsageError(
    `A guard writes a log, which is no ${format} document.`,
    'For programs: -o ndjson, one event a line.',
  );
}

interface Guarded {
  readonly check: HealthCheck;
  readonly seats: Readonly<Record<Side, Seat>>;
  readonly ip: Address;
}

async function guard(context: Context, config: GuardConfig, { check, seats, ip }: Guarded, options: GuardOptions) {
  const [{ watch }, { probe }, { addressPort, spotOf }, { createHook }, { eventLog }] = await Promise.all([
    import('../../../guard/watch.ts'),
    import('../../../guard/probe.ts'),
    import('../../../guard/address-port.ts'),
    import('../../../guard/hook.ts'),
    import('../../../guard/event-log.ts'),
  ]);
  const { clock, interrupt, env } = context;
  const session = await context.session();
  const roundMs = Math.min(ROUND_MAX_MS, context.globals.timeout * 1_000);
  const { look, move } = addressPort({
    address: config.address,
    seats,
    clock,
    api: () => context.apiFor(session, new Deadline(roundMs, clock.now)),
  });
  const log = eventLog(context, config, seats);
  const hook = createHook(context, { config, seats, line: options.onChange, log });
  const tell = (event: GuardEvent) => {
    log(event);
    hook.notify(event);
  };
  const spot = spotOf(ip, seats);
  tell({ event: 'started', message: startText(config, spot) });
  const state = await watch(
    {
      check: () => probe(check, { env, timeoutMs: options.checkTimeout * 1_000, stop: interrupt.stopping }),
      look,
      move,
      tell,
    },
    begin(config, spot, clock.now()),
    {
      config,
      intervalMs: options.interval * 1_000,
      clock,
      stopping: interrupt.stopping,
      ...(options.once && { isOver: (now: GuardState, rounds: number) => isOver(config, now, rounds) }),
    },
  );
  await hook.finished();
  if (options.once) return endOnce(context, config, state);
  tell({ event: 'stopped', message: `Stopped by ${interrupt.signal()}.` });
  if (state.unsettled) throw unsettled(config, state.unsettled.to);
}

function startText(config: GuardConfig, spot: Spot): string {
  const { address, titles, failures, failBack } = config;
  return (
    `Guarding ${address}, which is ${spotText(config, spot)}: after ${failures} bad ${failures === 1 ? 'check' : 'checks'} of ` +
    `${titles.primary} it moves to ${titles.standby}${failBack ? ', and back when all is well' : ''}.`
  );
}

/** A single evaluation that never comes to an end, good and bad checks by turns, ends all the same. */
function isOver(config: GuardConfig, state: GuardState, rounds: number): boolean {
  const verdict = verdictOf(config, state);
  const isLast = rounds >= 2 * (config.failures + config.successes);
  return isLast || (verdict !== undefined && verdict !== 'unknown');
}

const onceCodes: Readonly<Record<Verdict, ExitCode>> = {
  healthy: exit.ok,
  'failed-over': exit.findings,
  'api-failed': exit.unreachable,
  'not-moved': exit.conflict,
  unknown: exit.unknown,
};

function endOnce({ interrupt }: Context, config: GuardConfig, state: GuardState): void {
  if (state.unsettled) throw unsettled(config, state.unsettled.to);
  if (interrupt.stopping.aborted) throw new InterruptedError(interrupt.signal());
  const code = onceCodes[verdictOf(config, state) ?? 'healthy'];
  if (code !== exit.ok) throw new Reported(code);
}

function unsettled({ address, titles }: GuardConfig, to: Side): UnknownOutcomeError {
  return new UnknownOutcomeError(`Whether ${address} was moved to ${titles[to]} is unknown.`, {
    hint: `See how it stands: upc ip show ${address}`,
  });
}
