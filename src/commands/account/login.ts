import { getAccount } from '../../api/account.ts';
import { defineCommand } from '../../app/command.ts';
import type { Context } from '../../app/context.ts';
import { type Config, DAMAGED_CONFIG_CODE, emptyConfig } from '../../config/config-schema.ts';
import { type Credentials, createAuthorizationHeader } from '../../config/credentials.ts';
import { productionOrigin } from '../../config/origin.ts';
import { saveProfileAccount } from '../../config/profiles.ts';
import { getChosenProfileName, readApiOrigin } from '../../config/session.ts';
import { ConfigError, InterruptedError, UsageError } from '../../core/errors.ts';
import { type LoginOptions, readGivenCredentials } from '../shared/given-credentials.ts';

export default defineCommand<[], LoginOptions>({
  summary: 'Sign in: check the credentials with the API and store them in a profile',
  options: [
    { flags: '--with-token', description: 'read an API token from stdin' },
    { flags: '--username <name>', description: 'sign in with this username and a password' },
    { flags: '--password-stdin', description: 'read the password from stdin' },
    { flags: '--from-upctl', description: 'import the credentials of upctl (upctl.yaml)' },
  ],
  examples: [
    'upc login',
    'upc login --with-token < token.txt',
    'upc login --profile work --username ci --password-stdin < password.txt',
  ],
  json: 'an object: profile, username, api_url, in_use',
  exits: [
    [0, 'signed in'],
    [2, 'wrong usage, or no terminal'],
    [3, 'the configuration cannot be written'],
    [4, 'the API rejected the credentials; nothing was stored'],
    [7, 'the API was unreachable, or the command timed out; nothing was stored'],
  ],
  notes: [
    'Without options, the command asks for the credentials. Secrets are not shown as you type.',
    'The credentials are stored in the profile that --profile or UPC_PROFILE names, or else in the profile in use. After the',
    'login, that profile is in use.',
    'The credentials are sent only to the API that checked them (--api-url).',
  ],
  run: (context, _args, options) => runLogin(context, options),
});

async function runLogin(context: Context, options: LoginOptions): Promise<void> {
  const { globals, env, out } = context;
  if (globals.sandbox) {
    throw new UsageError(
      'The sandbox needs no sign-in.',
      'Add --sandbox to any other command. To sign in to a served sandbox: `upc login --profile sandbox --api-url http://127.0.0.1:<port>`.',
    );
  }
  const origin = readApiOrigin(globals, env) ?? productionOrigin;
  // Find the file before asking questions: an error must not come after the user typed a secret.
  const file = context.configFile();
  const config = readConfigOrEmpty(context);
  const name = getChosenProfileName(context, config);
  assertProfileHasOrigin(config, name, origin);
  const credentials = await readGivenCredentials(context, options);
  const user = await fetchUsername(context, origin, credentials);
  if (context.interrupt.stopping.aborted) throw new InterruptedError(context.interrupt.signal());
  const account = { origin, user, credentials };
  const { changeConfig } = await import('../../config/store.ts');
  await changeConfig(file, (draft) => saveProfileAccount(draft, name, account), {
    warn: out.warn,
    repair: true,
    lockTimeout: context.deadline.remaining(),
  });
  warnOfEnvironmentCredentials(context);
  await out.card({
    json: { profile: name, username: user, api_url: origin, in_use: true },
    quiet: user,
    lines: [
      ['Signed in as', user],
      ['Profile', `${name}, now in use`],
      ['API', origin],
    ],
  });
}

/** Checks that the login does not replace credentials for a different API address. @throws UsageError */
function assertProfileHasOrigin({ profiles }: Config, name: string, origin: string): void {
  const existing = profiles.get(name);
  if (!existing?.credentials || existing.origin === origin) return;
  throw new UsageError(
    `Profile '${name}' is signed in at ${existing.origin}: signing in at ${origin} would replace its credentials.`,
    `Choose another name: upc login --profile <name> --api-url ${origin}; or sign out first: upc logout --profile ${name}`,
    'PROFILE_ELSEWHERE',
  );
}

/** Returns the configuration, or an empty one if the file is damaged, because the login replaces the file. */
function readConfigOrEmpty(context: Context): Config {
  try {
    return context.config();
  } catch (error) {
    if (error instanceof ConfigError && error.code === DAMAGED_CONFIG_CODE) return emptyConfig;
    throw error;
  }
}

async function fetchUsername(context: Context, origin: string, credentials: Credentials): Promise<string> {
  const session = {
    origin,
    authorization: createAuthorizationHeader(credentials),
    source: 'this login',
    remedy: 'sign in again with other credentials. Nothing was stored',
  };
  return (await getAccount(await context.apiFor(session))).username;
}

function warnOfEnvironmentCredentials({ env, out }: Context): void {
  const set = ['UPCLOUD_TOKEN', 'UPCLOUD_USERNAME', 'UPCLOUD_PASSWORD'].filter((name) => env[name]);
  if (set.length > 0)
    out.warn(`Credentials in the environment (${set.join(', ')}) take precedence over the profile in use.`);
}
