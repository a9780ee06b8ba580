import type { OptionSpec } from '../../app/command.ts';
import type { State } from '../../sandbox/state.ts';

export function createSeedOption(purpose: string): OptionSpec {
  return {
    flags: '--seed <seed>',
    description: `${purpose}: demo, empty or large:<n>`,
    suggestions: ['demo', 'empty', 'large:1000'],
  };
}

/** Loads the state that a seed names. Throws UsageError for an unknown seed. */
export async function loadSeedState(name: string): Promise<State> {
  const { createSeed } = await import('../../sandbox/seeds.ts');
  return createSeed(name);
}
