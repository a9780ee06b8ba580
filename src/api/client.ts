import { readFileSync } from 'node:fs';
import { type Connection, createConnection } from './connection.ts';
import { type CredentialSource, withCredentialHint } from './credential-hint.ts';
import { proxyFor, trustedAuthorities } from './network.ts';
import { type Api, createTransport, type TransportOptions } from './transport.ts';

type Env = Readonly<Record<string, string | undefined>>;

/** The API for one session: all that a command needs of this folder to begin with, so that it is loaded in one go. */
export function openApi(options: TransportOptions, source: CredentialSource): Api {
  return withCredentialHint(createTransport(options), source);
}

/**
 * The connections to one origin, by way of the proxy that the environment names for it, with the certificate authorities of
 * `--ca-file`.
 * @throws UsageError where one of them is of no use
 */
export async function connect(origin: string, caFile: string | undefined, env: Env): Promise<Connection> {
  if (!origin.startsWith('https:')) return createConnection({});
  const ca = caFile === undefined ? undefined : trustedAuthorities(caFile, env, (path) => readFileSync(path, 'utf8'));
  return createConnection({ proxy: proxyFor(origin), ca });
}
