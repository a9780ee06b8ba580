import type { ArgumentSpec } from '../../app/command.ts';
import type { Profile } from '../../config/config-schema.ts';
import type { Card } from '../../output/card.ts';
import type { ListView } from '../../output/columns.ts';

/** A profile as shown, without its credentials. */
export interface ProfileRow {
  readonly name: string;
  readonly in_use: boolean;
  readonly username: string;
  readonly api_url: string;
  readonly signed_in: 'token' | 'password' | 'token-command' | 'no';
  readonly zone: string | null;
  readonly output: string | null;
}

export function createProfileRow(
  name: string,
  { user, origin, credentials, tokenCommand, zone, output }: Profile,
  inUse: boolean,
): ProfileRow {
  const stored = credentials && ('token' in credentials ? 'token' : 'password');
  const signedIn = stored ?? (tokenCommand === undefined ? 'no' : 'token-command');
  return {
    name,
    in_use: inUse,
    username: user,
    api_url: origin,
    signed_in: signedIn,
    zone: zone ?? null,
    output: output ?? null,
  };
}

export const profileView: ListView<ProfileRow> = {
  columns: {
    name: { header: 'PROFILE', value: ({ name }) => name, weight: 3 },
    in_use: { header: 'IN USE', value: (row) => (row.in_use ? 'yes' : ''), tone: () => 'good', weight: 2 },
    username: { header: 'USER', value: ({ username }) => username, weight: 2 },
    signed_in: {
      header: 'SIGNED IN',
      value: (row) => row.signed_in,
      tone: (row) => (row.signed_in === 'no' ? 'warn' : 'plain'),
      weight: 1,
    },
    api_url: { header: 'API', value: (row) => row.api_url },
    zone: { header: 'ZONE', value: ({ zone }) => zone },
    output: { header: 'OUTPUT', value: ({ output }) => output },
  },
  defaults: ['name', 'in_use', 'username', 'signed_in', 'api_url', 'zone', 'output'],
  quiet: ({ name }) => name,
  empty: 'No profiles. `upc login` creates one.',
};

export function createProfileCard(row: ProfileRow): Card {
  return {
    json: row,
    quiet: row.name,
    lines: [
      ['Profile', row.name],
      ['In use', row.in_use ? 'yes' : 'no'],
      ['User', row.username],
      ['Signed in', row.signed_in === 'no' ? 'no' : `with a ${row.signed_in.replace('-', ' ')}`],
      ['API', row.api_url],
      ['Zone', row.zone],
      ['Output', row.output],
    ],
  };
}

export const profileArgument: ArgumentSpec = {
  name: '<name>',
  description: 'name of a profile',
  source: 'profile',
  question: 'Profile',
};
