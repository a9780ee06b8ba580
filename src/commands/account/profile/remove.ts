import { defineCommand } from '../../../app/command.ts';
import type { Context } from '../../../app/context.ts';
import { deleteProfile, getProfile } from '../../../config/profiles.ts';
import { DeclinedError } from '../../../core/errors.ts';
import { canAskQuestions, createPrompter } from '../../../prompt/prompt.ts';
import { changeProfiles, profileCommandExitCodes } from '../../shared/profile-change.ts';
import { createProfileCard, createProfileRow, type ProfileRow, profileArgument } from '../../shared/profile-view.ts';

export default defineCommand<[name: string]>({
  summary: 'Remove a profile: its credentials and settings',
  arguments: [profileArgument],
  examples: ['upc profile remove work'],
  notes: [
    'At a terminal, the command asks for confirmation, unless --yes is given.',
    'An API token stays valid: revoke it in the UpCloud control panel.',
  ],
  json: 'the removed profile',
  exits: [...profileCommandExitCodes, [2, 'wrong usage, or not confirmed']],
  confirmsItself: true,
  run: removeProfile,
});

async function removeProfile(context: Context, [name]: [name: string]): Promise<void> {
  const { out, globals } = context;
  const config = context.config();
  const row = createProfileRow(name, getProfile(config, name), name === config.current);
  const parts = describeProfileParts(row);
  if (
    !globals.yes &&
    canAskQuestions(context) &&
    !(await createPrompter(context).confirm(`Remove profile ${name} (${parts})?`))
  )
    throw new DeclinedError();
  await changeProfiles(context, (draft) => deleteProfile(draft, name));
  await out.card(createProfileCard(row));
  if (out.settings.format === 'table' && !out.settings.quiet) out.note(`Removed profile ${name} (${parts}).`);
}

/** Returns what a profile contains, such as `the password of alice, zone fi-hel1`. */
function describeProfileParts({ username, signed_in: secret, zone, output }: ProfileRow): string {
  const parts = [
    ...(secret === 'no' ? [] : [`the ${secret.replace('-', ' ')} of ${username}`]),
    ...(zone === null ? [] : [`zone ${zone}`]),
    ...(output === null ? [] : [`output ${output}`]),
  ];
  return parts.length === 0 ? 'signed out, no settings' : parts.join(', ');
}
