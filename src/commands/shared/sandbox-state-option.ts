import { Option } from 'commander';
import { UsageError } from '../../core/errors.ts';

export function stateOption(description: string): Option {
  return new Option('--state <file>', description).argParser((text) => {
    if (text === '') throw new UsageError('--state is empty.', 'Give the path of a file.');
    return text;
  });
}
