import type { ExitCodeMeanings } from '../../app/command.ts';
import type { Context } from '../../app/context.ts';
import type { ConfigDraft } from '../../config/store.ts';

export const profileCommandExitCodes: ExitCodeMeanings = [
  [0, 'done'],
  [2, 'wrong usage'],
  [3, 'the configuration cannot be read or written'],
  [5, 'no such profile'],
];

/** Changes the profiles in the configuration file. Throws ConfigError. */
export async function changeProfiles(context: Context, work: (draft: ConfigDraft) => void): Promise<void> {
  const { changeConfig } = await import('../../config/store.ts');
  await changeConfig(context.configFile(), work, {
    warn: context.out.warn,
    lockTimeout: context.deadline.remaining(),
  });
}
