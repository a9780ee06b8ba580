import { createInterface } from 'node:readline';
import type { Context } from '../app/context.ts';
import { InterruptedError } from '../core/errors.ts';
import type { Choice, Prompter, PrompterFactory } from './ask.ts';

/** Asks questions line by line, for terminals that cannot move the cursor (`TERM=dumb`). To choose, the user types numbers. */
export const createPlainPrompter: PrompterFactory = (context, signal): Prompter => {
  const printText = (text: string) => void context.deps.stderr.write(text);
  const readAnswer = (message: string) => readLine(context, signal, message);
  const askForChoices = async <T>(message: string, choices: readonly Choice<T>[], many: boolean): Promise<T[]> => {
    printText(`${choices.map(({ name }, i) => `${String(i + 1).padStart(3)}  ${name}\n`).join('')}`);
    for (;;) {
      const words = (await readAnswer(`${message} (${many ? 'numbers' : 'number'}) `)).split(/[\s,]+/).filter(Boolean);
      const chosen = [...new Set(words)].map((word) => (/^\d+$/.test(word) ? choices[Number(word) - 1] : undefined));
      const found = chosen.filter((choice) => choice !== undefined);
      if (found.length > 0 && found.length === chosen.length && (many || found.length === 1)) {
        return found.map(({ value }) => value);
      }
      printText(`Type ${many ? 'numbers' : 'a number'} from 1 to ${choices.length}.\n`);
    }
  };
  return {
    select: async (message, choices) => (await askForChoices(message, choices, false))[0] as never,
    checkbox: (message, choices) => askForChoices(message, choices, true),
    async input(message, { check } = {}) {
      for (;;) {
        const text = await readAnswer(`${message} `);
        const verdict = check?.(text) ?? true;
        if (verdict === true) return text;
        printText(`${verdict}\n`);
      }
    },
    password: (message) => readHiddenLine(context, signal, message),
    confirm: async (message) => /^y(es)?$/i.test(await readAnswer(`${message} (y/N) `)),
  };
};

/** Prints the message and reads one line. @throws InterruptedError at the end of the input, or when the signal is aborted */
function readLine({ deps }: Context, signal: AbortSignal, message: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const reader = createInterface({ input: deps.stdin, terminal: false });
    const rejectAsInterrupted = () => {
      reader.off('close', rejectAsInterrupted).close();
      deps.stderr.write('\n');
      reject(new InterruptedError());
    };
    if (signal.aborted) return rejectAsInterrupted();
    signal.addEventListener('abort', rejectAsInterrupted, { once: true });
    deps.stderr.write(message);
    reader.once('line', (text) => {
      reader.off('close', rejectAsInterrupted).close();
      signal.removeEventListener('abort', rejectAsInterrupted);
      resolve(text.trim());
    });
    reader.once('close', rejectAsInterrupted);
  });
}

/**
 * Prints the message and reads a line in raw mode, so that the terminal does not show the text.
 * @throws InterruptedError on Ctrl-C, on Ctrl-D, at the end of the input, or when the signal is aborted
 */
function readHiddenLine({ deps }: Context, signal: AbortSignal, message: string): Promise<string> {
  const stdin: typeof deps.stdin & { setRawMode?(raw: boolean): void } = deps.stdin;
  return new Promise((resolve, reject) => {
    let typed = '';
    const finish = (answer?: string) => {
      stdin.off('data', onData).off('end', onEnd).pause();
      signal.removeEventListener('abort', onEnd);
      stdin.setRawMode?.(false);
      deps.stderr.write('\n');
      if (answer === undefined) reject(new InterruptedError());
      else resolve(answer);
    };
    const onEnd = () => finish();
    const onData = (chunk: Buffer | string) => {
      for (const key of chunk.toString()) {
        if (key === '\r' || key === '\n') return finish(typed);
        if (key === '\u0003' || key === '\u0004') return finish();
        typed = key === '\u007f' || key === '\b' ? [...typed].slice(0, -1).join('') : typed + key;
      }
    };
    // Set raw mode before printing the question. Otherwise, the terminal would briefly show what the user types.
    stdin.setRawMode?.(true);
    deps.stderr.write(`${message} `);
    signal.addEventListener('abort', onEnd, { once: true });
    stdin.on('data', onData).on('end', onEnd).resume();
  });
}
