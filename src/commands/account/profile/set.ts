import { defineCommand } from '../../../app/command.ts';
import type { Context } from '../../../app/context.ts';
import { emptyConfig } from '../../../config/config-schema.ts';
import { needProfile } from '../../../config/profiles.ts';
import { chosenProfile } from '../../../config/session.ts';
import { UsageError } from '../../../core/errors.ts';
import { formats } from '../../../output/render.ts';
import { changeProfiles, profileExits } from '../../shared/profile-change.ts';
import { profileCard, profileRow } from '../../shared/profile-view.ts';

/** The settings of a profile: each says why a value will not do, or nothing. */
const settings: Readonly<Record<string, (value: string) => string | undefined>> = {
  zone: (value) => (/^[a-z]{2}-[a-z]{2,8}\d{1,3}$/.test(value) ? undefined : 'Zones are named like fi-hel2.'),
  output: (value) => (formats.some((format) => format === value) ? undefined : `Known formats: ${formats.join(', ')}`),
};

export default defineCommand<[key: string, value: string]>({
  summary: 'Change a setting of the profile in use, or of --profile; "" takes it back',
  arguments: [
    {
      name: '<key>',
      description: `one of ${Object.keys(settings).join(', ')}`,
      suggestions: Object.keys(settings),
      question: 'Setting',
    },
    { name: '<value>', description: 'the new value', question: 'New value' },
  ],
  examples: ['upc profile set zone fi-hel2', 'upc profile set --profile work output json', 'upc profile set zone ""'],
  json: 'the profile',
  exits: profileExits,
  notes: [
    'zone    the zone of new floating IPs',
    'output  the output format, where neither -o nor UPC_OUTPUT names one',
  ],
  run: setSetting,
});

async function setSetting(context: Context, [key, value]: [key: string, value: string]): Promise<void> {
  const check = Object.hasOwn(settings, key) ? settings[key] : undefined;
  if (!check) throw new UsageError(`Unknown setting '${key}'.`, `Known settings: ${Object.keys(settings).join(', ')}`);
  const problem = value === '' ? undefined : check(value);
  if (problem !== undefined) throw new UsageError(`'${value}' is no value for ${key}.`, problem);
  const config = context.config();
  const name = chosenProfile(context);
  const profile = needProfile(config, name);
  await changeProfiles(context, (draft) => {
    // Removed by another process meanwhile: a setting alone is no profile.
    if (!draft.has(`profiles.${name}`)) needProfile(emptyConfig, name);
    if (value === '') draft.delete(`profiles.${name}.${key}`);
    else draft.set(`profiles.${name}.${key}`, value);
  });
  const row = profileRow(name, profile, name === config.current);
  await context.out.card(profileCard({ ...row, [key]: value === '' ? null : value }));
}
