import type { Context } from '../app/context.ts';
import type { GuardConfig, GuardEvent, Side } from '../domain/guard.ts';
import type { InterfaceRef } from './address-port.ts';
import { runShell } from './shell.ts';

/** A hook that hangs is ended after this time. */
const HOOK_MAX_MS = 60_000;

export interface HookOptions {
  readonly config: GuardConfig;
  readonly interfaces: Readonly<Record<Side, InterfaceRef>>;
  /** The command; without one nothing is run. */
  readonly line: string | undefined;
  readonly log: (event: GuardEvent) => void;
}

export interface Hook {
  /** Starts the command when the address moved. Watching goes on meanwhile; hooks run one after the other. */
  notify(event: GuardEvent): void;
  /** Waits for those that were started; the end of the grace after a signal ends them. */
  finished(): Promise<void>;
}

export function createHook(context: Context, { config, interfaces, line, log }: HookOptions): Hook {
  let chain = Promise.resolve();
  const run = async (command: string, from: Side, to: Side) => {
    const { ok, detail } = await runShell(command, {
      env: {
        ...context.env,
        UPC_ADDRESS: config.address,
        UPC_FROM: interfaces[from].uuid,
        UPC_TO: interfaces[to].uuid,
      },
      timeoutMs: HOOK_MAX_MS,
      stop: context.interrupt.ending,
      onLine: (text) => context.out.note(`on-change: ${text}`),
    });
    if (!ok) log({ event: 'hook-failed', message: `The --on-change command failed: ${detail}.` });
  };
  return {
    notify({ event, from, to }) {
      if (line === undefined || event !== 'moved' || !from || !to) return;
      chain = chain.then(() => run(line, from, to));
    },
    finished: () => chain,
  };
}
