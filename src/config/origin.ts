import { UsageError } from '../core/errors.ts';

export const productionOrigin = 'https://api.upcloud.com';

/**
 * The scheme and host of an API, as `--api-url` or `UPCLOUD_DEBUG_API_BASE_URL` gives it. Credentials go to https, or to
 * this machine (T-11).
 * @param from where the text stands, for the error
 * @throws UsageError: a bad address is never replaced by another
 */
export function parseOrigin(text: string, from: string): string {
  const refuse = (why: string): never => {
    throw new UsageError(
      `${from} ${why}.`,
      `Give scheme and host only, such as ${productionOrigin}.`,
      'API_URL_INVALID',
    );
  };
  const url = URL.canParse(text) ? new URL(text) : refuse('is not a URL');
  if (url.protocol !== 'https:' && url.protocol !== 'http:') refuse('must begin with https://');
  if (url.username !== '' || url.password !== '') refuse('must not carry credentials');
  if (url.search !== '' || url.hash !== '' || url.pathname.replace(/\/$/, '') !== '')
    refuse('must be scheme and host only, without a path');
  if (url.protocol === 'http:' && !isLoopback(url.hostname)) {
    refuse('must begin with https://: credentials go unencrypted to this machine only');
  }
  return url.origin;
}

/** Whether a URL's hostname is this machine, by number or as `localhost`. */
function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127\.\d+\.\d+\.\d+$/.test(hostname);
}
