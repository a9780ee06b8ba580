import type { Lookup } from '../core/dial.ts';
import type { Env } from '../core/environment.ts';
import { explainIgnoredSystemAuthorities, type SecureContextProvider } from './authorities.ts';
import { type ApiConnection, createConnection } from './connection.ts';
import { type CredentialSource, withCredentialHint } from './credential-hint.ts';
import { findProxy } from './proxy.ts';
import { type Api, createTransport, type TransportOptions } from './transport.ts';

/** Creates an API client. If the API rejects the credentials, the error names their source. */
export function createApiClient(options: TransportOptions, source: CredentialSource): Api {
  return withCredentialHint(createTransport(options), source);
}

export interface ConnectionSettings {
  readonly env: Env;
  /** Loads the trusted certificate authorities; undefined for Node's default ones. */
  readonly authorities: () => Promise<SecureContextProvider | undefined>;
  readonly lookup: Lookup | undefined;
  /** Called with the value of `Proxy-Authorization` before anything is sent. Hides this secret in all later output (T-9). */
  readonly conceal: (authorization: string) => void;
}

/**
 * Opens the connections to one origin, through the proxy that the environment names and with the certificate authorities of
 * `--ca-file` (T-11).
 * @throws UsageError if the proxy or the authorities cannot be used
 */
export async function connectToOrigin(
  origin: string,
  { env, authorities, lookup, conceal }: ConnectionSettings,
): Promise<ApiConnection> {
  if (!origin.startsWith('https:')) return createConnection({ lookup });
  const proxy = findProxy(origin, env);
  if (proxy?.authorization !== undefined) conceal(proxy.authorization);
  const trust = await authorities();
  return createConnection({ proxy, trust, lookup, certificateNote: explainIgnoredSystemAuthorities(env) });
}
