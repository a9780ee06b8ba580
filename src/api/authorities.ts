import { X509Certificate } from 'node:crypto';
import tls, { createSecureContext, rootCertificates, type SecureContext } from 'node:tls';
import { UsageError } from '../core/errors.ts';

type Env = Readonly<Record<string, string | undefined>>;

/** What newer versions of Node have (22.15, 23.10). */
type MaybeQueried = typeof tls & { getCACertificates?(type: 'default'): string[] };

/**
 * Returns whom to trust: Node's own authorities, those of the system where NODE_USE_SYSTEM_CA asks for them, that of
 * `--ca-file` and that of NODE_EXTRA_CA_CERTS. A list that is given replaces all that Node has by itself.
 * @throws UsageError where a file cannot be read or holds no certificate
 */
export function createTrustContext(file: string, env: Env, read: (path: string) => string): SecureContext {
  const own = (tls as MaybeQueried).getCACertificates?.('default') ?? rootCertificates;
  const extra = env.NODE_EXTRA_CA_CERTS;
  const added = [
    certificates(file, '--ca-file', read),
    ...(extra ? [certificates(extra, 'NODE_EXTRA_CA_CERTS', read)] : []),
  ];
  return createSecureContext({ ca: [...own, ...added] });
}

/** Returns what to say of a rejected certificate where NODE_USE_SYSTEM_CA is set and this Node ignores it. */
export function explainIgnoredSystemAuthorities(env: Env, version = process.versions.node): string | undefined {
  if (env.NODE_USE_SYSTEM_CA !== '1' || readsSystemAuthorities(version)) return undefined;
  return `Node ${version} ignores NODE_USE_SYSTEM_CA (22.19 and 24.6 are the first that do not): name the authority's file with --ca-file.`;
}

function readsSystemAuthorities(version: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major > 24 || (major === 24 && minor >= 6) || (major === 22 && minor >= 19);
}

function certificates(path: string, from: string, read: (path: string) => string): string {
  let text: string;
  try {
    text = read(path);
  } catch (error) {
    throw new UsageError(
      `${from}: ${path} cannot be read (${(error as NodeJS.ErrnoException).code ?? 'unknown error'}).`,
    );
  }
  if (isPem(text)) return text;
  throw new UsageError(`${from}: ${path} holds no certificate.`, 'It must be a PEM file with BEGIN CERTIFICATE lines.');
}

function isPem(text: string): boolean {
  try {
    // It takes DER, too, which a list of authorities cannot hold.
    return text.includes('-----BEGIN CERTIFICATE-----') && new X509Certificate(text) !== undefined;
  } catch {
    return false;
  }
}
