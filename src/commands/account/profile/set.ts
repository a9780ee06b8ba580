import { defineCommand } from '../../../app/command.ts';
import type { Context } from '../../../app/context.ts';
import { emptyConfig, type Profile } from '../../../config/config-schema.ts';
import { productionOrigin } from '../../../config/origin.ts';
import { getProfile, saveTokenCommand } from '../../../config/profiles.ts';
import { getChosenProfileName } from '../../../config/session.ts';
import { UsageError } from '../../../core/errors.ts';
import { findIgnoringCase } from '../../../core/find-ignoring-case.ts';
import { formats } from '../../../output/render.ts';
import { changeProfiles, profileCommandExitCodes } from '../../shared/profile-change.ts';
import { createProfileCard, createProfileRow, type ProfileRow } from '../../shared/profile-view.ts';

/** The settings of a profile. For each, a function returns what is wrong with a value, or undefined. */
const settingParsers: Readonly<Record<string, (value: string) => string | undefined>> = {
  zone: (value) => (/^[a-z]{2}-[a-z]{2,8}\d{1,3}$/.test(value) ? undefined : 'Give a zone such as fi-hel2.'),
  output: (value) => (findIgnoringCase(formats, value) ? undefined : `Known formats: ${formats.join(', ')}`),
  'token-command': () => undefined,
};

export default defineCommand<[key: string, value: string]>({
  summary: 'Change a setting of the profile in use, or of --profile <name>; the value "" removes the setting',
  arguments: [
    {
      name: '<key>',
      description: `one of ${Object.keys(settingParsers).join(', ')}`,
      suggestions: Object.keys(settingParsers),
      question: 'Setting',
    },
    { name: '<value>', description: 'the new value', question: 'New value' },
  ],
  examples: [
    'upc profile set zone fi-hel2',
    'upc profile set --profile work output json',
    'upc profile set zone ""',
    "upc profile set token-command 'op read op://Private/UpCloud/token'",
  ],
  json: 'the profile',
  exits: profileCommandExitCodes,
  notes: [
    'zone           the zone of new floating IPs',
    'output         the output format, if neither -o nor UPC_OUTPUT names one',
    'token-command  a shell command that prints the API token, for example from 1Password, pass, vault or a keyring. It runs',
    '               when a token is needed, for at most 10 s. The token is never stored. A token or password that is',
    '               already stored in the profile is removed.',
  ],
  run: setProfileSetting,
});

async function setProfileSetting(context: Context, [named, given]: [key: string, value: string]): Promise<void> {
  const key = findIgnoringCase(Object.keys(settingParsers), named) ?? '';
  const check = settingParsers[key];
  if (!check)
    throw new UsageError(`Unknown setting '${named}'.`, `Known settings: ${Object.keys(settingParsers).join(', ')}`);
  const value = key === 'token-command' ? given : given.toLowerCase();
  const problem = value === '' ? undefined : check(value);
  if (problem !== undefined) throw new UsageError(`'${given}' is not a valid ${key}.`, problem);
  const config = context.config();
  const name = getChosenProfileName(context);
  const profile = config.profiles.get(name);
  // A token command is a way to sign in, so setting one may create a profile. Other settings need an existing profile.
  const isSignIn = key === 'token-command' && value !== '';
  if (!isSignIn) getProfile(config, name);
  await changeProfiles(context, (draft) => {
    if (isSignIn) return saveTokenCommand(draft, name, value);
    // Another process may have removed the profile in the meantime, and setting a value would create the profile again.
    // In this case, getProfile() throws the error for an unknown profile.
    if (!draft.has(`profiles.${name}`)) getProfile(emptyConfig, name);
    const path = `profiles.${name}.${key.replace('-', '_')}`;
    if (value === '') draft.delete(path);
    else draft.set(path, value);
  });
  const row = createProfileRow(name, profile ?? emptyProfile, profile === undefined || name === config.current);
  await context.out.card(createProfileCard(withProfileSetting(row, key, value)));
}

const emptyProfile: Profile = {
  origin: productionOrigin,
  user: '',
  credentials: undefined,
  tokenCommand: undefined,
  zone: undefined,
  output: undefined,
};

/** Returns the profile with its new setting. A token command itself is not shown, because it may contain a secret. */
function withProfileSetting(row: ProfileRow, key: string, value: string): ProfileRow {
  if (key !== 'token-command') return { ...row, [key]: value === '' ? null : value };
  return { ...row, signed_in: value === '' ? 'no' : 'token-command' };
}
