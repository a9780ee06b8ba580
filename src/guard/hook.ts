import type { Context } from '../app/context.ts';
import type { GuardEvent, ServerRole } from '../domain/guard/model.ts';
import { runShellCommand } from './shell.ts';

/** The time limit of a hook, in milliseconds. Without a limit, a hook that hangs would block all later hooks. */
const HOOK_MAX_MS = 60_000;

export interface HookOptions {
  /** The UUIDs of the primary and the standby. */
  readonly uuids: Readonly<Record<ServerRole, string>>;
  /** The value of `--on-change`. If it is undefined, `notify` does nothing. */
  readonly line: string | undefined;
  readonly log: (event: GuardEvent) => void;
}

export interface ChangeHook {
  /** Runs the command if the event is a move. Hooks run one after the other; the guard does not wait for them. */
  notify(event: GuardEvent): void;
  /**
   * Waits for the hooks of all moves so far. The hooks are killed at the second interrupt signal, or five seconds after the
   * first.
   */
  finished(): Promise<void>;
}

export function createChangeHook(context: Context, { uuids, line, log }: HookOptions): ChangeHook {
  let chain = Promise.resolve();
  const run = async (command: string, address: string, from: ServerRole, to: ServerRole) => {
    const { ok, detail, output } = await runShellCommand(command, {
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
