import { Writable } from 'node:stream';
import type { Context } from '../app/context.ts';
import { shortenText } from '../core/width.ts';
import { checkbox, confirm, input, password, select } from '../libraries/inquirer.ts';
import type { Palette } from '../output/style.ts';
import type { Choice, Prompter, PrompterFactory } from './ask.ts';

const PAGE_SIZE = 10;
/** The width of the pointer, the checkbox and the space before each choice. */
const RESERVED_COLUMNS = 6;

/** Asks questions with @inquirer/prompts, at a terminal with cursor keys. */
export const createKeysPrompter: PrompterFactory = (context, signal): Prompter => {
  const { deps, out } = context;
  const streams = { input: deps.stdin, output: createStderrStream(context), signal };
  const theme = createPromptTheme(out.palette);
  const list = <T>(message: string, choices: readonly Choice<T>[], tip = '') => ({
    message,
    theme,
    pageSize: PAGE_SIZE,
    loop: false,
    choices: choices.map((choice, i) => ({
      short: choice.name,
      ...choice,
      ...(choices.length > PAGE_SIZE && { description: describeHiddenChoices(i, choices.length) + tip }),
      name: shortenText(
        choice.name,
        Math.max(20, deps.stderr.columns ?? 80) - RESERVED_COLUMNS,
        out.palette.symbols.cut,
      ),
    })),
  });
  return {
    select: (message, choices) => select(list(message, choices, '; type to search'), streams),
    checkbox: (message, choices) => checkbox({ ...list(message, choices), validate: requireOneChoice }, streams),
    input: (message, { check = () => true, clearsInvalid = false } = {}) =>
      input(
        { message, theme: { ...theme, validationFailureMode: clearsInvalid ? 'clear' : 'keep' }, validate: check },
        streams,
      ),
    password: (message) => password({ message, theme, mask: '*' }, streams),
    confirm: (message) => confirm({ message, theme, default: false }, streams),
  };
};

const requireOneChoice = (chosen: readonly unknown[]) => chosen.length > 0 || 'Select at least one with the space bar.';

/**
 * Returns a text that says how many choices are hidden above and below the visible part of the list.
 * @param index the position of the cursor, which the list keeps in the middle, except near its start and its end
 */
function describeHiddenChoices(index: number, count: number): string {
  const above = Math.min(Math.max(0, index - PAGE_SIZE / 2), count - PAGE_SIZE);
  const below = count - PAGE_SIZE - above;
  const parts = [above > 0 ? `${above} more above` : '', below > 0 ? `${below} more below` : ''];
  return parts.filter(Boolean).join(', ');
}

/**
 * Returns a stream that forwards all output to stderr. The library ends its output stream, and stderr itself must stay
 * open.
 */
function createStderrStream({ deps: { stderr } }: Context): Writable {
  const screen = new Writable({
    write(chunk, _encoding, done) {
      stderr.write(chunk);
      // Do not wait for stderr. Otherwise, this stream would hold back the next part of the question, and text that is
      // written directly to stderr could appear first.
      done();
    },
  });
  return Object.defineProperties(screen, {
    isTTY: { value: true },
    columns: { get: () => stderr.columns },
  });
}

/** Returns a theme for the prompts, with the program's colours and symbols instead of the library's. */
function createPromptTheme(palette: Palette) {
  const returnUnchanged = (text: string) => text;
  const { upDown, enter } = palette.symbols;
  const getKeyName = (key: string) => (key === '↑↓' ? upDown : key === '⏎' ? enter : key);
  const formatKeysHelp = (keys: [string, string][]) =>
    palette.dim(keys.map(([key, action]) => `${getKeyName(key)} ${action}`).join(', '));
  return {
    prefix: { idle: '?', done: '?' },
    icon: { cursor: '>', checked: '[x]', unchecked: '[ ]' },
    helpMode: 'always' as const,
    style: {
      answer: palette.cyan,
      message: palette.bold,
      error: (text: string) => `${palette.red('>')} ${text}`,
      defaultAnswer: (text: string) => palette.dim(`(${text})`),
      help: palette.dim,
      highlight: palette.cyan,
      key: returnUnchanged,
      disabled: returnUnchanged,
      description: palette.dim,
      disabledChoice: returnUnchanged,
      keysHelpTip: formatKeysHelp,
    },
  };
}
