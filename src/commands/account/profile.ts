import type { Command } from 'commander';
import type { Context } from '../../app/context.ts';
import { emptyConfig } from '../../config/config-schema.ts';
import { dropProfile, needProfile } from '../../config/profiles.ts';
import { chosenProfile } from '../../config/session.ts';
import type { Draft } from '../../config/store.ts';
import { UsageError } from '../../core/errors.ts';
import { addHelp, type HelpParts } from '../../help/parts.ts';
import { formats } from '../../output/render.ts';
import { type ProfileRow, profileCard, profileRow, profileView } from '../shared/profile-view.ts';

const exits: HelpParts['exits'] = [
  [0, 'done'],
  [2, 'wrong usage'],
  [3, 'the configuration cannot be read or written'],
  [5, 'no such profile'],
];

export function registerProfile(parent: Command, context: Context): void {
  const profile = parent
    .command('profile')
    .description('Profiles, one for each account: list, use, remove, settings')
    .usage('<command> [options]')
    .helpCommand(false);
  const list = profile
    .command('list')
    .alias('ls')
    .description('List the profiles')
    .action(() => runList(context));
  addHelp(list, {
    examples: ['upc profile list', 'upc profile list --json'],
    json: 'array of profiles: name, in_use, username, api_url, signed_in, zone, output',
    columns: () => profileView.columns,
    exits: exits.slice(0, 3),
  });
  const use = profile
    .command('use')
    .description('Work with this profile from now on')
    .argument('<name>', 'name of a profile')
    .action((name: string) => runUse(context, name));
  addHelp(use, { examples: ['upc profile use work'], json: 'the profile', exits });
  const remove = profile
    .command('remove')
    .description('Remove a profile: its credentials and settings')
    .argument('<name>', 'name of a profile')
    .action((name: string) => runRemove(context, name));
  addHelp(remove, { examples: ['upc profile remove work'], json: 'the profile, as it was', exits });
  const set = profile
    .command('set')
    .description('Change a setting of the profile in use, or of --profile; "" takes it back')
    .argument('<key>', `one of ${Object.keys(settings).join(', ')}`)
    .argument('<value>', 'the new value')
    .action((key: string, value: string) => runSet(context, key, value));
  addHelp(set, {
    examples: ['upc profile set zone fi-hel2', 'upc profile set --profile work output json', 'upc profile set zone ""'],
    json: 'the profile',
    exits,
    notes: [
      'zone    the zone of new floating IPs',
      'output  the output format, where neither -o nor UPC_OUTPUT says one',
    ],
  });
}

/** The settings of a profile: each says why a value will not do, or nothing. */
const settings: Readonly<Record<string, (value: string) => string | undefined>> = {
  zone: (value) => (/^[a-z]{2}-[a-z]{2,8}\d{1,3}$/.test(value) ? undefined : 'Zones are named like fi-hel2.'),
  output: (value) => (formats.some((format) => format === value) ? undefined : `Known formats: ${formats.join(', ')}`),
};

function rows(context: Context): ProfileRow[] {
  const config = context.config();
  return [...config.profiles].map(([name, profile]) => profileRow(name, profile, name === config.current));
}

async function runList(context: Context): Promise<void> {
  await context.out.rows(profileView, rows(context));
}

async function runUse(context: Context, name: string): Promise<void> {
  const profile = needProfile(context.config(), name);
  await change(context, (draft) => draft.set('current', name));
  await context.out.card(profileCard(profileRow(name, profile, true)));
}

async function runRemove(context: Context, name: string): Promise<void> {
  const config = context.config();
  const profile = needProfile(config, name);
  await change(context, (draft) => dropProfile(draft, name));
  await context.out.card(profileCard(profileRow(name, profile, name === config.current)));
}

async function runSet(context: Context, key: string, value: string): Promise<void> {
  const check = Object.hasOwn(settings, key) ? settings[key] : undefined;
  if (!check) throw new UsageError(`Unknown setting '${key}'.`, `Known settings: ${Object.keys(settings).join(', ')}`);
  const problem = value === '' ? undefined : check(value);
  if (problem !== undefined) throw new UsageError(`'${value}' is no value for ${key}.`, problem);
  const config = context.config();
  const name = chosenProfile(context);
  const profile = needProfile(config, name);
  await change(context, (draft) => {
    // Removed by another process meanwhile: a setting alone is no profile.
    if (!draft.has(`profiles.${name}`)) needProfile(emptyConfig, name);
    if (value === '') draft.delete(`profiles.${name}.${key}`);
    else draft.set(`profiles.${name}.${key}`, value);
  });
  const row = profileRow(name, profile, name === config.current);
  await context.out.card(profileCard({ ...row, [key]: value === '' ? null : value }));
}

async function change(context: Context, work: (draft: Draft) => void): Promise<void> {
  const { changeConfig } = await import('../../config/store.ts');
  await changeConfig(context.configFile(), work, { warn: context.out.warn });
}
