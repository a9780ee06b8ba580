import { defineCommand } from '../../../app/command.ts';
import type { Context } from '../../../app/context.ts';
import { deleteProfile, getProfile } from '../../../config/profiles.ts';
import { changeProfiles, profileExits } from '../../shared/profile-change.ts';
import { profileArgument, profileCard, profileRow } from '../../shared/profile-view.ts';

export default defineCommand<[name: string]>({
  summary: 'Remove a profile: its credentials and settings',
  arguments: [profileArgument],
  examples: ['upc profile remove work'],
  json: 'the removed profile',
  exits: profileExits,
  run: removeProfile,
});

async function removeProfile(context: Context, [name]: [name: string]): Promise<void> {
  const config = context.config();
  const profile = getProfile(config, name);
  await changeProfiles(context, (draft) => deleteProfile(draft, name));
  await context.out.card(profileCard(profileRow(name, profile, name === config.current)));
}
