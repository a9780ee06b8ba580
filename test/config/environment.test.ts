import { describe, expect, onTestFinished, test } from 'vitest';
import { createTemporaryFolder } from '../files/processes.ts';
import { type RunOptions, startTestSandbox } from '../fixture.ts';

/**
 * Signs in to two profiles in a new home folder, and returns a function that runs commands there. The tests expect each
 * command to fail, so they detect a command that wrongly uses one of these profiles and succeeds.
 */
async function signInTwoProfiles() {
  const b = await startTestSandbox();
  onTestFinished(() => b.close());
  const HOME = createTemporaryFolder();
  const cli = (line: string, env: RunOptions['env'] = {}, stdin = '') =>
    b.cli(`${line} --json`, {
      env: { HOME, UPCLOUD_TOKEN: undefined, UPC_SANDBOX_DIR: createTemporaryFolder(), ...env },
      stdin,
    });
  expect((await cli('login --with-token --profile work', {}, 'ucat_sandbox')).code).toBe(0);
  expect((await cli('login --with-token', {}, 'ucat_sandbox')).code).toBe(0);
  return cli;
}

const passwordEnvironment = { UPCLOUD_USERNAME: 'sandbox', UPCLOUD_PASSWORD: 'sandbox' };

describe('T-11 a variable that chooses the account or the target', () => {
  test.each<[string, string, Record<string, string | undefined>]>([
    ['UPCLOUD_TOKEN', 'ip list', {}],
    ['UPCLOUD_TOKEN', 'ip release 192.0.2.60 --yes', passwordEnvironment],
    ['UPCLOUD_USERNAME', 'ip list', passwordEnvironment],
    ['UPCLOUD_PASSWORD', 'whoami', passwordEnvironment],
    ['UPCLOUD_PASSWORD', 'ip list', {}],
    ['UPC_PROFILE', 'ip release 192.0.2.60 --yes', {}],
    ['UPC_PROFILE', 'logout', {}],
    ['UPC_PROFILE', 'profile set zone fi-hel1', {}],
    ['UPC_CONFIG_DIR', 'ip list', {}],
    ['UPC_CONFIG_DIR', 'login --with-token', {}],
    ['UPCLOUD_DEBUG_API_BASE_URL', 'ip list', { UPCLOUD_TOKEN: 'ucat_sandbox' }],
    ['UPCLOUD_DEBUG_API_BASE_URL', 'ip list --profile work', {}],
    ['UPCLOUD_DEBUG_API_BASE_URL', 'login --with-token', {}],
    ['UPC_SANDBOX_DIR', 'ip list --sandbox', {}],
    ['UPC_SANDBOX_DIR', 'sandbox reset', {}],
  ])('%s that is set but empty is an error: upc %s', async (name, line, env) => {
    const cli = await signInTwoProfiles();
    const { code, out, err, requests } = await cli(line, { ...env, [name]: '' }, 'ucat_sandbox');
    expect({ code, out, requests }).toEqual({ code: 3, out: '', requests: [] });
    const { error } = JSON.parse(err);
    expect(error).toMatchObject({ code: 'VARIABLE_EMPTY', message: `${name} is set but empty.` });
  });

  test.each<[string, string, Record<string, string>]>([
    [
      'the token is used',
      'ip list',
      { UPCLOUD_TOKEN: 'ucat_sandbox', ...passwordEnvironment, UPCLOUD_USERNAME: '', UPC_PROFILE: '' },
    ],
    [
      '--profile names the account',
      'ip list --profile work',
      { UPCLOUD_TOKEN: '', UPCLOUD_USERNAME: '', UPC_PROFILE: '' },
    ],
    [
      '--sandbox names the target',
      'ip list --sandbox',
      { UPCLOUD_TOKEN: '', UPC_PROFILE: '', UPCLOUD_DEBUG_API_BASE_URL: '' },
    ],
  ])('is not read if %s', async (_why, line, env) => {
    const cli = await signInTwoProfiles();
    expect(await cli(line, env)).toMatchObject({ code: 0, err: '' });
  });
});
