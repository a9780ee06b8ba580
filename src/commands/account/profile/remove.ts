import { defineCommand } from '../../../app/command.ts';
import type { Context } from '../../../app/context.ts';
import type { Profile } from '../../../config/config-schema.ts';
import { deleteProfile, getProfile } from '../../../config/profiles.ts';
import { notConfirmed } from '../../../core/errors.ts';
import { ask, canAsk } from '../../../prompt/prompt.ts';
import { changeProfiles, profileExits } from '../../shared/profile-change.ts';
import { profileArgument, profileCard, profileRow } from '../../shared/profile-view.ts';

export default defineCommand<[name: string]>({
  summary: 'Remove a profile: its credentials and settings',
  arguments: [profileArgument],
  examples: ['upc profile remove work'],
  notes: [
    'At a terminal it asks for confirmation, unless --yes is given.',
    'An API token stays valid: revoke it in the UpCloud control panel.',
  ],
  json: 'the removed profile',
  exits: profileExits,
  confirmsItself: true,
  run: removeProfile,
});

async function removeProfile(context: Context, [name]: [name: string]): Promise<void> {
  const config = context.config();
  const profile = getProfile(config, name);
  const parts = describeParts(profile);
  if (!context.globals.yes && canAsk(context) && !(await ask(context).confirm(`Remove profile ${name} (${parts})?`)))
    throw notConfirmed('removed');
  await changeProfiles(context, (draft) => deleteProfile(draft, name));
  await context.out.card(profileCard(profileRow(name, profile, name === config.current)));
  if (context.out.settings.format === 'table') context.note(`Removed profile ${name} (${parts}).`);
}

/** Returns what a profile contains, such as `the password of alice, zone fi-hel1`. */
function describeParts({ user, credentials, tokenCommand, zone, output }: Profile): string {
  const secret = credentials && ('token' in credentials ? 'token' : 'password');
  const parts = [
    ...(secret === undefined ? [] : [`the ${secret} of ${user}`]),
    ...(tokenCommand === undefined ? [] : ['its token command']),
    ...(zone === undefined ? [] : [`zone ${zone}`]),
    ...(output === undefined ? [] : [`output ${output}`]),
  ];
  return parts.length === 0 ? 'signed out, no settings' : parts.join(', ');
}
