import { defineCommand } from '../../../app/command.ts';
import type { Context } from '../../../app/context.ts';
import { getProfile } from '../../../config/profiles.ts';
import { changeProfiles, profileCommandExitCodes } from '../../shared/profile-change.ts';
import { createProfileCard, createProfileRow, profileArgument } from '../../shared/profile-view.ts';

export default defineCommand<[name: string]>({
  summary: 'Use this profile from now on',
  arguments: [profileArgument],
  examples: ['upc profile use work'],
  json: 'the profile',
  exits: profileCommandExitCodes,
  run: useProfile,
});

async function useProfile(context: Context, [name]: [name: string]): Promise<void> {
  const profile = getProfile(context.config(), name);
  await changeProfiles(context, (draft) => draft.set('current', name));
  await context.out.card(createProfileCard(createProfileRow(name, profile, true)));
}
