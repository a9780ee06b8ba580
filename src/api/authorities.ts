import { X509Certificate } from 'node:crypto';
import tls, { createSecureContext, rootCertificates, type SecureContext } from 'node:tls';
import type { Env } from '../core/environment.ts';
import { getErrorCode } from '../core/error-code.ts';
import { UsageError } from '../core/errors.ts';

/** Node has getCACertificates() only from 22.15 and 23.10 on, so the function may be missing. */
type TlsWithCertificateGetter = typeof tls & { getCACertificates?(type: 'default'): string[] };

/** Returns a TLS context with the trusted certificate authorities. The first call takes 30 ms: Node parses all certificates. */
export type SecureContextProvider = () => SecureContext;

/**
 * Returns a provider of the trusted certificate authorities: Node's own, those of the system if NODE_USE_SYSTEM_CA is set,
 * and those of `--ca-file` and NODE_EXTRA_CA_CERTS (T-11). Node's own must be included, because the `ca` option replaces them.
 * @throws UsageError if a file cannot be read or contains no certificate
 */
export function createSecureContextProvider(
  file: string,
  env: Env,
  read: (path: string) => string,
): SecureContextProvider {
  const own = (tls as TlsWithCertificateGetter).getCACertificates?.('default') ?? rootCertificates;
  const extra = env.NODE_EXTRA_CA_CERTS;
  const added = [
    readCertificates(file, '--ca-file', read),
    ...(extra ? [readCertificates(extra, 'NODE_EXTRA_CA_CERTS', read)] : []),
  ];
  let context: SecureContext | undefined;
  return () => {
    context ??= createSecureContext({ ca: [...own, ...added] });
    return context;
  };
}

/** Returns a hint for a rejected certificate if NODE_USE_SYSTEM_CA is set but this version of Node ignores it; else undefined. */
export function explainIgnoredSystemAuthorities(env: Env, version = process.versions.node): string | undefined {
  if (env.NODE_USE_SYSTEM_CA !== '1' || supportsSystemAuthorities(version)) return undefined;
  return `Node ${version} ignores NODE_USE_SYSTEM_CA. Use Node 22.19, 24.6 or newer, or name the certificate file with --ca-file.`;
}

function supportsSystemAuthorities(version: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major > 24 || (major === 24 && minor >= 6) || (major === 22 && minor >= 19);
}

function readCertificates(path: string, from: string, read: (path: string) => string): string {
  let text: string;
  try {
    text = read(path);
  } catch (error) {
    throw new UsageError(`${from}: ${path} cannot be read (${getErrorCode(error) || 'unknown error'}).`);
  }
  if (isPemText(text)) return text;
  throw new UsageError(`${from}: ${path} contains no certificate.`, 'Name a PEM file with BEGIN CERTIFICATE lines.');
}

function isPemText(text: string): boolean {
  try {
    // Check for the PEM header, because X509Certificate also accepts DER, and Node's `ca` option does not.
    return text.includes('-----BEGIN CERTIFICATE-----') && new X509Certificate(text) !== undefined;
  } catch {
    return false;
  }
}
