/**
 * Finds the account of a request by its credentials. Also rejects requests that no other rule handles, such as those with
 * an unknown path.
 */

import type { Account, State } from '../state.ts';
import { undocumentedErrorCodes } from '../undocumented-behaviour.ts';
import { type ApiRule, defineRule, reject } from './api-error.ts';

/** Finds the account for an Authorization header: Basic with user name and password, or Bearer with a token. */
export function findAuthenticatedAccount(state: State, authorization: string | undefined): Account | undefined {
  const [, scheme = '', credentials = ''] = /^(\S+) +(\S+)$/.exec(authorization ?? '') ?? [];
  if (scheme.toLowerCase() === 'bearer') return state.accounts.find((it) => it.token === credentials);
  if (scheme.toLowerCase() !== 'basic') return undefined;
  const decoded = Buffer.from(credentials, 'base64').toString('utf8');
  return state.accounts.find((it) => decoded === `${it.username}:${it.password}`);
}

export const rejectAuthentication = defineRule(() =>
  reject(401, 'AUTHENTICATION_FAILED', 'Authentication failed using the given username and password or token.'),
);

export const rejectUnknownPath = defineRule(() =>
  reject(404, undocumentedErrorCodes.unknownPath, 'The path does not exist.'),
);

export const rejectMalformedPath = defineRule(() =>
  reject(400, undocumentedErrorCodes.malformedPath, 'The path is not correctly percent-encoded.'),
);

export const rejectMalformedBody = defineRule(() =>
  reject(400, undocumentedErrorCodes.malformedBody, 'The request body is not valid JSON.'),
);

export function rejectMethod(allowed: readonly string[]): ApiRule {
  const why = `This path supports ${allowed.join(', ')}.`;
  return defineRule(() => reject(405, undocumentedErrorCodes.wrongMethod, why));
}

/**
 * Rejects a request from a web page. Any web page can send requests to the loopback interface. Such a request is recognized
 * by the header Origin or Host, which the browser sets.
 */
export const rejectRequestOfWebPage = defineRule(() =>
  reject(403, 'LOOPBACK_ONLY', 'The control routes of the sandbox serve only programs on this machine, not web pages.'),
);

export function isLoopback(host: string): boolean {
  return /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])(?::\d+)?$/i.test(host);
}
