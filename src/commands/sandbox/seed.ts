import { Option } from 'commander';
import { UsageError } from '../../errors.ts';
import type { State } from '../../sandbox/state.ts';
import { sentences } from '../../sandbox/told.ts';

export function seedOption(description: string): Option {
  return new Option('--seed <seed>', `${description}: demo, empty or large:<n>`);
}

/** The state that a seed names. @throws UsageError for an unknown one */
export async function seedState(name: string): Promise<State> {
  const { seed } = await import('../../sandbox/seeds.ts');
  try {
    return seed(name);
  } catch (error) {
    const known = 'Seeds: demo, empty, or large:<n> with n from 1 to 100000.';
    throw new UsageError(sentences((error as Error).message).problem.replace(/: choose.*$/, '.'), known);
  }
}
