import type { Context } from '../app/context.ts';
import { isCiEnvironment } from '../app/progress.ts';
import { InterruptedError, UsageError } from '../core/errors.ts';
import { sanitize } from '../core/sanitize.ts';
import type { Choice, Prompter, PrompterFactory } from './ask.ts';
import { discardInput } from './discard-input.ts';

/** Returns whether a person can answer questions: stdin and stderr are a terminal, and this is not a CI job. */
export function canAskQuestions(context: Context): boolean {
  return !isCiEnvironment(context.env) && isStdinTerminal(context) && context.out.terminal.stderr;
}

/** Returns whether stdin is a terminal. A terminal shows what the user types, so a secret must not be read from it directly. */
export function isStdinTerminal({ deps }: Context): boolean {
  return (deps.stdinIsTTY ?? deps.stdin.isTTY) === true;
}

/**
 * Returns a prompter for this terminal. The prompt library is loaded when the first question is asked.
 * @throws UsageError from each question if no person can answer; InterruptedError on Ctrl-C, Ctrl-D or a signal
 */
export function createPrompter(context: Context): Prompter {
  const askWithPrompter = <T>(
    message: string,
    question: (asker: Prompter, message: string) => Promise<T>,
  ): Promise<T> => askQuestion(context, sanitize(message), question);
  return {
    select: (message, choices) =>
      askWithPrompter(message, (asker, text) => asker.select(text, choices.map(sanitizeChoice))),
    checkbox: (message, choices) =>
      askWithPrompter(message, (asker, text) => asker.checkbox(text, choices.map(sanitizeChoice))),
    input: (message, options) => askWithPrompter(message, (asker, text) => asker.input(text, options)),
    password: (message) => askWithPrompter(message, (asker, text) => asker.password(text)),
    confirm: (message) => askWithPrompter(message, (asker, text) => asker.confirm(text)),
  };
}

/**
 * Asks the user to type a word, to confirm a change that cannot be undone. After a wrong word, asks again.
 * @returns whether the user typed the word; false after an empty line, `n` or `no`
 */
export async function confirmByTyping(
  context: Context,
  message: string,
  word: string,
  isWord: (typed: string) => boolean = (typed) => typed === word,
): Promise<boolean> {
  const isDeclined = (typed: string) => /^(?:no?)?$/i.test(typed.trim());
  const typed = await createPrompter(context).input(message, {
    clearsInvalid: true,
    check: (text) =>
      isWord(text.trim()) || isDeclined(text) || `That is not ${word}. Type ${word}, or press Enter to cancel.`,
  });
  return !isDeclined(typed);
}

/**
 * The names of the errors that the prompt library throws when a question is interrupted. Comparing names instead of
 * classes avoids loading the library.
 */
const interruptErrorNames = new Set(['ExitPromptError', 'AbortPromptError']);

const SHOW_CURSOR = '\u001b[?25h';

async function askQuestion<T>(
  context: Context,
  message: string,
  question: (asker: Prompter, message: string) => Promise<T>,
): Promise<T> {
  if (!canAskQuestions(context))
    throw new UsageError('Cannot ask: there is no terminal.', 'Give the value as an argument or option.');
  const { stopping, signal } = context.interrupt;
  if (stopping.aborted) throw new InterruptedError(signal());
  const over = new AbortController();
  const end = () => over.abort();
  const { stdin, stderr } = context.deps;
  const onKey = (_text: string, key?: { ctrl?: boolean; name?: string }) => {
    // On Ctrl-D, Node's readline closes without an event, so end the question here. Otherwise, the question would wait for
    // ever.
    if (key?.ctrl && key.name === 'd') end();
    // On Ctrl-Z, readline suspends the process. Show the cursor again, because the shell does not.
    if (key?.ctrl && key.name === 'z') stderr.write(SHOW_CURSOR);
  };
  // After a suspension, readline leaves stdin paused, so the process would end. Resume stdin and print the question again.
  const onContinue = () =>
    setImmediate(() => {
      stderr.write(`${message}\n`);
      stdin.resume();
    });
  stdin.on('keypress', onKey).on('end', end);
  process.on('SIGCONT', onContinue);
  stopping.addEventListener('abort', end);
  try {
    const asker = await loadPrompterFactory(context);
    await discardInput(stdin);
    // A signal may have arrived before the question started. The question itself does not check for earlier signals.
    if (over.signal.aborted) throw new InterruptedError();
    return await context.deadline.pause(() => question(asker(context, over.signal), message));
  } catch (error) {
    const left = error instanceof InterruptedError || (error instanceof Error && interruptErrorNames.has(error.name));
    throw left ? new InterruptedError(stopping.aborted ? signal() : 'SIGINT') : error;
  } finally {
    stdin.off('keypress', onKey).off('end', end);
    process.off('SIGCONT', onContinue);
    stopping.removeEventListener('abort', end);
  }
}

async function loadPrompterFactory({ env }: Context): Promise<PrompterFactory> {
  if (env.TERM === 'dumb') return (await import('./plain.ts')).createPlainPrompter;
  return (await import('./keys.ts')).createKeysPrompter;
}

function sanitizeChoice<T>(choice: Choice<T>): Choice<T> {
  const { value, name, short } = choice;
  return {
    value,
    name: sanitize(name),
    ...(short !== undefined && { short: sanitize(short) }),
  };
}
