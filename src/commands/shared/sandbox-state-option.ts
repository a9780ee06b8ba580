import type { OptionSpec } from '../../app/command.ts';
import { UsageError } from '../../core/errors.ts';

export function createStateOption(description: string): OptionSpec {
  return { flags: '--state <file>', description, source: 'file', parse: parseStatePath };
}

function parseStatePath(text: string): string {
  if (text === '') throw new UsageError('--state is empty.', 'Give the path of a file.');
  return text;
}
