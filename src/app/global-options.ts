import { InvalidArgumentError } from 'commander';
import { formats } from '../output/render.ts';
import { parseColorMode } from '../output/style.ts';
import { type OptionSpec, withHelpHeading } from './command.ts';

/** The global options. They are accepted before and after the command. */
export const globalOptions: readonly OptionSpec[] = [
  ...withHelpHeading('Output:', [
    {
      flags: '-o, --output <format>',
      description: `${formats.slice(0, -1).join(', ')} or ${formats.at(-1)}`,
      suggestions: formats,
      // For `-o=json`, commander passes the value with its equals sign: `=json`.
      parse: (text) => text.replace(/^=/, '').toLowerCase(),
    },
    { flags: '--json', description: 'short for -o json' },
    { flags: '-q, --quiet', description: 'print addresses only, one per line' },
    {
      flags: '--columns <names>',
      description: 'columns to show in a list (table or CSV), separated by commas',
      source: 'column',
    },
    {
      flags: '--sort <column>',
      description: 'sort a list by a column, or by -column for descending order',
      source: 'column',
    },
    { flags: '--no-headers', description: 'leave out the header line' },
    {
      flags: '--color <when>',
      description: 'auto, always or never',
      default: 'auto',
      parse: parseColorMode,
      suggestions: ['auto', 'always', 'never'],
    },
  ]),
  ...withHelpHeading('Account:', [
    { flags: '--profile <name>', description: 'profile to use', source: 'profile' },
    { flags: '--sandbox', description: 'use the embedded sandbox, a simulator of the API, instead of UpCloud' },
  ]),
  ...withHelpHeading('Connection:', [
    { flags: '--api-url <url>', description: 'scheme and host of the API' },
    {
      flags: '--ca-file <file>',
      description: 'also trust the certificate authorities in this PEM file',
      source: 'file',
    },
    {
      flags: '--timeout <seconds>',
      description: 'time limit for the whole command',
      default: 60,
      parse: parseTimeoutSeconds,
    },
    { flags: '--debug', description: 'show each request on stderr' },
  ]),
  ...withHelpHeading('Safety:', [{ flags: '-y, --yes', description: 'answer yes to all questions' }]),
];

/** Parses seconds. @throws InvalidArgumentError for anything but 0.1 to 86400 */
export function parseTimeoutSeconds(text: string): number {
  const seconds = Number(text);
  if (/^\d{1,6}(\.\d+)?$/.test(text) && seconds >= 0.1 && seconds <= 86_400) return seconds;
  throw new InvalidArgumentError('Give a number of seconds from 0.1 to 86400.');
}
