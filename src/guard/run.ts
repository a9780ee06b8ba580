import type { Context } from '../app/context.ts';
import { warnOfState } from '../app/server-state.ts';
import { Deadline } from '../core/clock.ts';
import { type ExitCode, exit, InterruptedError, UnknownOutcomeError, UsageError } from '../core/errors.ts';
import { ExitSilently } from '../core/exit-silently.ts';
import { parseAddress } from '../domain/address.ts';
import {
  begin,
  type GuardConfig,
  type GuardEvent,
  type GuardState,
  type Location,
  locationText,
  type Side,
  type Verdict,
  verdictOf,
} from '../domain/guard.ts';
import { assertChecksPrimary, type HealthCheck, parseCheck } from '../domain/health-check.ts';
import type { Address } from '../domain/model.ts';
import { serverName } from '../domain/server-name.ts';
import { addressPort, type InterfaceRef, locationOf } from './address-port.ts';
import { eventLog } from './event-log.ts';
import { createHook } from './hook.ts';
import type { GuardOptions } from './options.ts';
import { probe } from './probe.ts';
import { findTargets, interfaceOf } from './targets.ts';
import { watch } from './watch.ts';

/** An API round has this long at most, so that one that hangs does not keep the checks waiting. */
const ROUND_MAX_MS = 20_000;
/** The address is looked at this often while nothing calls for it. */
const LOOK_EVERY_MS = 60_000;

/** Watches until a signal ends it, or with `--once` until it is clear how the primary is. */
export async function runGuard(context: Context, text: string, options: GuardOptions): Promise<void> {
  const { canonical } = parseAddress(text);
  const check = parseCheck(options.check);
  assertChecksPrimary(canonical, check);
  assertLogFormat(context);
  const { ip, servers } = await findTargets(await context.api(), canonical, options);
  const interfaces = {
    primary: interfaceOf(ip, servers.primary, 'primary', options),
    standby: interfaceOf(ip, servers.standby, 'standby', options),
  };
  const config: GuardConfig = {
    address: ip.address,
    titles: { primary: serverName(servers.primary), standby: serverName(servers.standby) },
    failures: options.failures,
    successes: options.successes,
    failBack: options.failBack === true,
    lookEveryMs: LOOK_EVERY_MS,
  };
  warnOfState(context, servers.standby);
  await guard(context, config, { check, interfaces, ip }, options);
}

/**
 * A log is written line by line; the other formats are documents with an end. Where a profile or UPC_OUTPUT prefers one of
 * those, it is JSON line by line, or text.
 */
function assertLogFormat({ globals, out }: Context): void {
  const { format } = out.settings;
  const isAsked = globals.json || globals.output !== undefined;
  if (!isAsked || format === 'table' || format === 'ndjson') return;
  throw new UsageError(
    `A guard writes a log, which is no ${format} document.`,
    'For programs: -o ndjson, one event a line.',
  );
}

interface Guarded {
  readonly check: HealthCheck;
  readonly interfaces: Readonly<Record<Side, InterfaceRef>>;
  readonly ip: Address;
}

async function guard(context: Context, config: GuardConfig, { check, interfaces, ip }: Guarded, options: GuardOptions) {
  const { clock, interrupt, env } = context;
  const session = await context.session();
  const roundMs = Math.min(ROUND_MAX_MS, context.globals.timeout * 1_000);
  const { look, move } = addressPort({
    address: config.address,
    interfaces,
    clock,
    api: () => context.apiFor(session, new Deadline(roundMs, clock.elapsed)),
  });
  const log = eventLog(context, config, interfaces);
  const hook = createHook(context, { config, interfaces, line: options.onChange, log });
  const report = (event: GuardEvent) => {
    log(event);
    hook.notify(event);
  };
  const location = locationOf(ip, interfaces);
  report({ event: 'started', message: startText(config, location) });
  const state = await watch(
    {
      check: () => probe(check, { env, timeoutMs: options.checkTimeout * 1_000, stop: interrupt.stopping }),
      look,
      move,
      report,
    },
    begin(config, location, clock.elapsed()),
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
  report({ event: 'stopped', message: `Stopped by ${interrupt.signal()}.` });
  if (state.unsettled) throw unsettled(config, state.unsettled.to);
}

function startText(config: GuardConfig, location: Location): string {
  const { address, titles, failures, failBack } = config;
  if (location !== 'primary' && location !== 'standby') {
    return `Guarding ${address}, which is ${locationText(config, location)}: it is left there until it is on ${titles.primary} or ${titles.standby}.`;
  }
  return (
    `Guarding ${address}, which is ${locationText(config, location)}: after ${failures} bad ${failures === 1 ? 'check' : 'checks'} of ` +
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
  if (code !== exit.ok) throw new ExitSilently(code);
}

function unsettled({ address, titles }: GuardConfig, to: Side): UnknownOutcomeError {
  return new UnknownOutcomeError(`Whether ${address} was moved to ${titles[to]} is unknown.`, {
    hint: `See how it stands: upc ip show ${address}`,
  });
}
