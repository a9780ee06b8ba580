import { Option } from 'commander';
import type { State } from '../../sandbox/state.ts';

export function seedOption(description: string): Option {
  return new Option('--seed <seed>', `${description}: demo, empty or large:<n>`);
}

/** The state that a seed names. @throws UsageError for an unknown one */
export async function seedState(name: string): Promise<State> {
  const { seed } = await import('../../sandbox/seeds.ts');
  return seed(name);
}
