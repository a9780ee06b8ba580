import type { Context } from '../app/context.ts';
import type { GuardEvent, Side } from '../domain/guard/model.ts';
import { runShell } from './shell.ts';

/** A hook that hangs is ended after this time. */
const HOOK_MAX_MS = 60_000;

export interface HookOptions {
  /** Of the servers. */
  readonly uuids: Readonly<Record<Side, string>>;
  /** The command; without one nothing is run. */
  readonly line: string | undefined;
  readonly log: (event: GuardEvent) => void;
}

export interface Hook {
  /** Starts the command when an address moved. Checks go on meanwhile; hooks run one after the other. */
  notify(event: GuardEvent): void;
  /** Waits for those that were started; the end of the grace after a signal ends them. */
  finished(): Promise<void>;
}

export function createHook(context: Context, { uuids, line, log }: HookOptions): Hook {
  let chain = Promise.resolve();
  const run = async (command: string, address: string, from: Side, to: Side) => {
    const { ok, detail, output } = await runShell(command, {
      env: { ...context.env, UPC_ADDRESS: address, UPC_FROM: uuids[from], UPC_TO: uuids[to] },
      timeoutMs: HOOK_MAX_MS,
      stop: context.interrupt.ending,
      keepOutput: true,
    });
    for (const text of output) context.out.note(`on-change: ${text}`);
    if (!ok) log({ event: 'hook-failed', address, message: `The --on-change command failed: ${detail}.` });
  };
  return {
    notify({ event, address, from, to }) {
      if (line === undefined || event !== 'moved' || !address || !from || !to) return;
      chain = chain.then(() => run(line, address, from, to));
    },
    finished: () => chain,
  };
}
