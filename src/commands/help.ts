import type { Command } from 'commander';

/** The parts of a command's help below its options; each is left out where a command has none. */
export interface HelpParts {
  /** Command lines that work as they stand with `--sandbox`. */
  readonly examples: readonly string[];
  /** The JSON type on stdout. */
  readonly json?: string;
  /** Exit codes with what they mean here. */
  readonly exits: readonly (readonly [code: number, meaning: string])[];
  /** What else a user must know. */
  readonly notes?: readonly string[];
}

/** Puts examples, the JSON type and the exit codes below a command's options. */
export function addHelp(command: Command, { examples, json, exits, notes }: HelpParts): Command {
  const parts = [
    ['Examples:', ...examples.map((line) => `  $ ${line}`)],
    ...(notes ? [['Notes:', ...notes.map((line) => `  ${line}`)]] : []),
    ...(json ? [['JSON (-o json):', `  ${json}`]] : []),
    ['Exit codes:', ...exits.map(([code, meaning]) => `  ${String(code).padEnd(3)} ${meaning}`)],
  ];
  return command.addHelpText('after', `\n${parts.map((lines) => lines.join('\n')).join('\n\n')}`);
}

/** Exit codes that every command which only reads can end in. */
export const readingExits: HelpParts['exits'] = [
  [0, 'done'],
  [2, 'wrong usage'],
  [4, 'not signed in, or permission refused'],
  [7, 'not reachable or timed out'],
];
