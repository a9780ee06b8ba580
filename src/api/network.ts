import { rootCertificates } from 'node:tls';
import { getProxyForUrl } from 'proxy-from-env';
import { UsageError } from '../core/errors.ts';

type Env = Readonly<Record<string, string | undefined>>;

/**
 * The proxy for an origin, by `HTTPS_PROXY`, `ALL_PROXY` and `NO_PROXY` in either case (T-11).
 * @throws UsageError where it is no URL of an http or https proxy; its text is not shown, for it may carry a password
 */
export function proxyFor(origin: string): string | undefined {
  const proxy = getProxyForUrl(origin);
  if (proxy === '') return undefined;
  if (URL.canParse(proxy) && /^https?:$/.test(new URL(proxy).protocol)) return proxy;
  throw new UsageError(
    'The environment names a proxy that is not a URL.',
    'Set HTTPS_PROXY (or ALL_PROXY) to http://host:port, or unset it.',
    'PROXY_INVALID',
  );
}

/**
 * The certificate authorities to trust: Node's own, the one of `--ca-file`, and that of NODE_EXTRA_CA_CERTS, which Node
 * forgets as soon as a list is given.
 * @throws UsageError where the file cannot be read or holds no certificate
 */
export function trustedAuthorities(file: string, env: Env, read: (path: string) => string): string[] {
  const extra = env.NODE_EXTRA_CA_CERTS;
  return [
    ...rootCertificates,
    certificates(file, '--ca-file', read),
    ...(extra ? [certificates(extra, 'NODE_EXTRA_CA_CERTS', read)] : []),
  ];
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
  if (text.includes('-----BEGIN CERTIFICATE-----')) return text;
  throw new UsageError(`${from}: ${path} holds no certificate.`, 'It must be a PEM file with BEGIN CERTIFICATE lines.');
}
