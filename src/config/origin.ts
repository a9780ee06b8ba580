import { UsageError } from '../core/errors.ts';

export const productionOrigin = 'https://api.upcloud.com';

/**
 * Parses the scheme and host of an API from `--api-url` or `UPCLOUD_DEBUG_API_BASE_URL`. Credentials are sent only over https or
 * to this machine (T-11).
 * @param from the option or variable that holds the text, for the error
 * @throws UsageError for an invalid URL, which is never replaced by a default
 */
export function parseOrigin(text: string, from: string): string {
  const reject = (problem: string): never => {
    throw new UsageError(
      `${from} ${problem}.`,
      `Give only a scheme and a host, such as ${productionOrigin}.`,
      'API_URL_INVALID',
    );
  };
  const url = URL.canParse(text) ? new URL(text) : reject('is not a URL');
  if (url.protocol !== 'https:' && url.protocol !== 'http:') reject('must begin with https://');
  if (url.username !== '' || url.password !== '') reject('must not contain credentials');
  if (url.search !== '' || url.hash !== '' || url.pathname.replace(/\/$/, '') !== '')
    reject('must contain only a scheme and a host, without a path');
  if (url.protocol === 'http:' && !isLoopback(url.hostname)) {
    reject('must begin with https://; http:// is accepted only for this machine');
  }
  return url.origin;
}

/** Returns whether a URL's hostname is this machine, as a loopback address or `localhost`. */
function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127\.\d+\.\d+\.\d+$/.test(hostname);
}
