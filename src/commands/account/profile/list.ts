import { defineCommand } from '../../../app/command.ts';
import type { Context } from '../../../app/context.ts';
import { profileCommandExitCodes } from '../../shared/profile-change.ts';
import { createProfileRow, profileView } from '../../shared/profile-view.ts';

export default defineCommand<[]>({
  summary: 'List the profiles',
  examples: ['upc profile list', 'upc profile list --json'],
  json: 'array of profiles: name, in_use, username, api_url, signed_in, zone, output',
  columns: () => profileView.columns,
  exits: profileCommandExitCodes.slice(0, 3),
  run: listProfiles,
});

async function listProfiles(context: Context): Promise<void> {
  const config = context.config();
  const rows = [...config.profiles].map(([name, profile]) => createProfileRow(name, profile, name === config.current));
  await context.out.rows(profileView, rows);
}
