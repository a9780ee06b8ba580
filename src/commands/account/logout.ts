import { defineCommand } from '../../app/command.ts';
import type { Context } from '../../app/context.ts';
import { deleteCredentials, getProfile } from '../../config/profiles.ts';
import { getChosenProfileName } from '../../config/session.ts';
import { UsageError } from '../../core/errors.ts';

export default defineCommand<[], { all?: boolean }>({
  summary: 'Sign out: remove the credentials of a profile from this machine',
  options: [{ flags: '--all', description: 'remove the credentials of all profiles' }],
  examples: ['upc logout', 'upc logout --profile work', 'upc logout --all'],
  json: 'an object: signed_out (the names of the profiles)',
  exits: [
    [0, 'signed out, or already signed out'],
    [2, 'wrong usage'],
    [3, 'the configuration cannot be read or written'],
    [5, 'no such profile'],
  ],
  notes: [
    'An API token stays valid: revoke it in the UpCloud control panel.',
    'The profile stays in use, signed out. To use another account, select it with `upc profile use` or `upc login`.',
    'A profile with settings (zone, output) is kept without credentials. `upc profile remove` removes it.',
  ],
  run: (context, _args, options) => runLogout(context, options),
});

async function runLogout(context: Context, { all }: { all?: boolean }): Promise<void> {
  const { globals, out } = context;
  if (all && globals.profile !== undefined) {
    throw new UsageError('--all and --profile cannot be combined.', 'Leave out one of them.');
  }
  const names = all ? [...context.config().profiles.keys()] : [getChosenProfileName(context)];
  if (globals.profile !== undefined) getProfile(context.config(), globals.profile);
  const signedIn = names.filter((name) => context.config().profiles.get(name)?.credentials);
  if (signedIn.length > 0) {
    const { changeConfig } = await import('../../config/store.ts');
    await changeConfig(
      context.configFile(),
      (draft) => {
        for (const name of signedIn) deleteCredentials(draft, name);
      },
      { warn: out.warn, lockTimeout: context.deadline.remaining() },
    );
  }
  const text = signedIn.length > 0 ? signedIn : null;
  if (text === null) out.note('Not signed in: there is nothing to remove.');
  await out.card({
    json: { signed_out: signedIn },
    quiet: signedIn,
    lines: text === null ? [] : [['Signed out', text]],
  });
}
