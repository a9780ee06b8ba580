import type { Context } from '../app/context.ts';
import { Deadline } from '../core/clock.ts';
import { formatStartMessage } from '../domain/guard/messages.ts';
import type { GuardConfig, GuardEvent } from '../domain/guard/model.ts';
import { createAddressState } from '../domain/guard/placement.ts';
import type { HealthCheck } from '../domain/health-check.ts';
import { createAddressClient, toAddressLocation } from './address-client.ts';
import { createEventLogger } from './event-log.ts';
import { createChangeHook } from './hook.ts';
import { assertMoveOutcomesKnown, exitWithVerdict, isOnceRunComplete } from './once.ts';
import { createHealthProbe } from './probe.ts';
import type { GuardedAddress, GuardTargets } from './targets.ts';
import { type GuardState, runGuardRounds } from './watch.ts';

/** The time limit of reading or moving one address. Without a limit, an API that hangs would delay the checks. */
const OPERATION_MAX_MS = 20_000;

export interface GuardSettings {
  readonly config: GuardConfig;
  readonly check: HealthCheck;
  readonly targets: GuardTargets;
  readonly intervalMs: number;
  /** The time limit of one check. */
  readonly timeoutMs: number;
  /** The command that runs after a move. */
  readonly onChange: string | undefined;
  /**
   * Whether the guard ends by itself: as soon as there is a result for each address, or at the latest after a fixed number
   * of checks.
   */
  readonly once: boolean;
}

/**
 * Runs the guard until a signal arrives. With `once`, the guard also ends as soon as there is a result for each address, or
 * at the latest after a fixed number of checks.
 */
export async function runGuard(context: Context, settings: GuardSettings): Promise<void> {
  const { clock, interrupt } = context;
  const { config, targets, once } = settings;
  const { guarded } = targets;
  const { primary, standby } = targets.servers;
  const uuids = { primary: primary.uuid, standby: standby.uuid };
  const log = createEventLogger(context, { addresses: guarded.map(({ ip }) => ip.address), uuids });
  const hook = createChangeHook(context, { uuids, line: settings.onChange, log });
  const report = (event: GuardEvent) => {
    log(event);
    hook.notify(event);
  };
  const begun = guarded.map(({ ip, interfaces }) =>
    createAddressState(config, ip.address, toAddressLocation(ip, interfaces), clock.elapsed()),
  );
  for (const state of begun)
    report({ event: 'started', address: state.address, message: formatStartMessage(config, state) });
  const dependencies = {
    check: await createConfiguredProbe(context, settings),
    addresses: await createAddressClients(context, guarded),
  };
  const state = await runGuardRounds({ ...dependencies, report }, begun, {
    config,
    intervalMs: settings.intervalMs,
    clock,
    stopping: interrupt.stopping,
    ...(once && { isOver: (now: GuardState, rounds: number) => isOnceRunComplete(config, now, rounds) }),
  });
  await hook.finished();
  if (once) return exitWithVerdict(context, config, state);
  report({ event: 'stopped', message: `Stopped by ${interrupt.signal()}.` });
  assertMoveOutcomesKnown(config, state.addresses);
}

async function createConfiguredProbe(context: Context, { check, timeoutMs }: GuardSettings) {
  const { env, clock, interrupt } = context;
  const trust = await context.authorities();
  return createHealthProbe(check, { env, clock, trust, timeoutMs, stop: interrupt.stopping });
}

async function createAddressClients(context: Context, guarded: readonly GuardedAddress[]) {
  const { clock } = context;
  const session = await context.session();
  const operationMs = Math.min(OPERATION_MAX_MS, context.globals.timeout * 1_000);
  const createApi = () => context.apiFor(session, new Deadline(operationMs, clock.elapsed));
  return new Map(
    guarded.map(({ ip, interfaces }) => [
      ip.address,
      createAddressClient({ address: ip.address, interfaces, clock, api: createApi }),
    ]),
  );
}
