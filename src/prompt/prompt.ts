import type { Context } from '../app/context.ts';
import { isCi } from '../app/progress.ts';
import { InterruptedError, UsageError } from '../core/errors.ts';
import { sanitize } from '../core/sanitize.ts';
import type { Ask, Asker, Choice } from './ask.ts';
import { discardInput } from './discard-input.ts';

/** Whether somebody is there to answer: both ends of the conversation are a terminal, and this is no CI job. */
export function canAsk(context: Context): boolean {
  return !isCi(context.env) && isTypedAt(context) && context.out.terminal.stderr;
}

/** Whether stdin is a terminal, which shows what is typed. */
export function isTypedAt({ deps }: Context): boolean {
  return (deps.stdinIsTTY ?? deps.stdin.isTTY) === true;
}

/**
 * The questions for this terminal. The library behind them loads with the first one.
 * @throws UsageError from each question where nobody can answer; InterruptedError on Ctrl-C, Ctrl-D or a signal
 */
export function ask(context: Context): Ask {
  const put = <T>(message: string, question: (asker: Ask, message: string) => Promise<T>): Promise<T> =>
    putQuestion(context, sanitize(message), question);
  return {
    select: (message, choices) => put(message, (asker, text) => asker.select(text, choices.map(safe))),
    checkbox: (message, choices) => put(message, (asker, text) => asker.checkbox(text, choices.map(safe))),
    input: (message, options) => put(message, (asker, text) => asker.input(text, options)),
    password: (message) => put(message, (asker, text) => asker.password(text)),
    confirm: (message) => put(message, (asker, text) => asker.confirm(text)),
  };
}

/** The library's, whose classes are not at hand before it is loaded. */
const wentAway = new Set(['ExitPromptError', 'AbortPromptError']);

const SHOW_CURSOR = '\u001b[?25h';

async function putQuestion<T>(
  context: Context,
  message: string,
  question: (asker: Ask, message: string) => Promise<T>,
): Promise<T> {
  if (!canAsk(context)) throw new UsageError('There is no terminal to ask at.', 'Give the answer as an argument.');
  const { stopping, signal } = context.interrupt;
  if (stopping.aborted) throw new InterruptedError(signal());
  const over = new AbortController();
  const end = () => over.abort();
  const { stdin, stderr } = context.deps;
  const onKey = (_text: string, key?: { ctrl?: boolean; name?: string }) => {
    // Node's readline closes silently on Ctrl-D, and a question would then wait for ever.
    if (key?.ctrl && key.name === 'd') end();
    // It stops the process on Ctrl-Z; the shell that has the terminal then wants its cursor.
    if (key?.ctrl && key.name === 'z') stderr.write(SHOW_CURSOR);
  };
  // And it leaves the input paused when the process goes on, which would end with its question open, and unseen.
  const onContinue = () =>
    setImmediate(() => {
      stderr.write(`${message}\n`);
      stdin.resume();
    });
  stdin.on('keypress', onKey).on('end', end);
  process.on('SIGCONT', onContinue);
  stopping.addEventListener('abort', end);
  try {
    const asker = await loadAsker(context);
    await discardInput(stdin);
    // What came while that was loading, the question would not hear of.
    if (over.signal.aborted) throw new InterruptedError();
    return await context.deadline.pause(() => question(asker(context, over.signal), message));
  } catch (error) {
    const left = error instanceof InterruptedError || (error instanceof Error && wentAway.has(error.name));
    throw left ? new InterruptedError(stopping.aborted ? signal() : 'SIGINT') : error;
  } finally {
    stdin.off('keypress', onKey).off('end', end);
    process.off('SIGCONT', onContinue);
    stopping.removeEventListener('abort', end);
  }
}

async function loadAsker({ env }: Context): Promise<Asker> {
  if (env.TERM === 'dumb') return (await import('./plain.ts')).plainAsker;
  return (await import('./keys.ts')).keysAsker;
}

function safe<T>(choice: Choice<T>): Choice<T> {
  const { value, name, description, short } = choice;
  return {
    value,
    name: sanitize(name),
    ...(description !== undefined && { description: sanitize(description) }),
    ...(short !== undefined && { short: sanitize(short) }),
  };
}
