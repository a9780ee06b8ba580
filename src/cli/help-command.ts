import { type AnyCommand, type CommandGroup, defineCommand } from '../app/command.ts';
import { readCommandLine } from '../app/command-line.ts';
import type { Context } from '../app/context.ts';
import { UsageError } from '../core/errors.ts';
import { findIgnoringCase } from '../core/find-ignoring-case.ts';
import { wrapWords } from '../core/width.ts';
import { helpTopics } from '../help/topics.ts';
import { createProgram } from './program.ts';

/** Returns the command `upc help`, which explains a command of the tree or a topic. */
export function createHelpCommand(tree: CommandGroup): AnyCommand {
  return defineCommand<[words: readonly string[]]>({
    summary: 'Explain a command or a topic: exit-codes, environment, json',
    arguments: [
      {
        name: '[command-or-topic...]',
        description: 'a command, such as ip list, or a topic, such as json',
        suggestions: Object.keys(helpTopics),
      },
    ],
    examples: ['upc help ip list', 'upc help exit-codes', 'upc help json'],
    exits: [
      [0, 'done'],
      [2, 'no such command or topic'],
    ],
    run: async (context, [words]) => context.out.text(await findHelpText(tree, context, words)),
  });
}

async function findHelpText(tree: CommandGroup, context: Context, words: readonly string[]): Promise<string> {
  const [first = ''] = words;
  const named = words.length === 1 ? findIgnoringCase(Object.keys(helpTopics), first) : undefined;
  const topic = named === undefined ? undefined : helpTopics[named];
  if (topic) return wrapHelpTopic(topic(), context.out.width);
  const line = await readCommandLine(tree, words);
  const [unknown] = line.args;
  if (unknown !== undefined)
    throw createUnknownTopicError(words, unknown, line.command ? undefined : line.groups.at(-1), tree);
  let command = await createProgram(context, line);
  for (const name of line.path) command = command.commands.find((one) => one.name() === name) as typeof command;
  return command.helpInformation();
}

/**
 * Wraps the lines to the width of the terminal and keeps their indentation. Lines of JSON are not wrapped.
 * @param width undefined in a pipe
 */
function wrapHelpTopic(text: string, width: number | undefined): string {
  if (width === undefined) return text;
  const wrap = (line: string) => {
    if (line.length <= width || /[{}]/.test(line)) return line;
    // In a line such as `  10   differences …`, the wrapped lines begin below the word after the exit code.
    const [indent = ''] = /^ +(?:\d+ +)?/.exec(line) ?? [''];
    const lines = wrapWords(line.slice(indent.length), Math.max(20, width - indent.length));
    return indent + lines.join(`\n${' '.repeat(indent.length)}`);
  };
  // Join the lines of each paragraph, so that they wrap together.
  const joined = text.replace(/^(\S.*)\n(?=\S)/gm, '$1 ');
  return joined.split('\n').map(wrap).join('\n');
}

function createUnknownTopicError(
  words: readonly string[],
  unknown: string,
  group: CommandGroup | undefined,
  tree: CommandGroup,
): UsageError {
  const known = [...Object.keys(group?.commands ?? {}), ...(group === tree ? Object.keys(helpTopics) : [])];
  return new UsageError(
    `There is no help for '${words.join(' ')}'.`,
    known.length > 0 ? `Choose one of: ${known.join(', ')}` : `Leave out '${unknown}': it is not a command.`,
  );
}
