/**
 * Defines how a rule rejects a request. A rule is the handler of one kind of request. The rule throws a rejection, and
 * `catchRejections` converts it to a response. A rejected request changes nothing (R-MOD-G).
 */

import type { Account, ApiResponse, RuleOutcome, SandboxEnvironment, State } from '../state.ts';
import { INVALID_CODE_SUFFIX, MISSING_CODE_SUFFIX } from '../undocumented-behaviour.ts';
import { applyScheduledStates } from './scheduled-states.ts';

/** The content of a request. `params` are the decoded parameters of the path; `body` is the parsed body. */
export interface RuleRequest {
  readonly params: Readonly<Record<string, string>>;
  readonly body?: unknown;
  /** The decoded values of each query parameter. */
  readonly query?: Readonly<Record<string, readonly string[]>>;
}

export type ApiRule = (state: State, account: Account, request: RuleRequest, env: SandboxEnvironment) => RuleOutcome;

export interface InvalidParam {
  readonly name: string;
  readonly reason: string;
}

class Rejection extends Error {
  readonly status: number;
  readonly code: string;
  readonly params: readonly InvalidParam[];

  constructor(status: number, code: string, message: string, params: readonly InvalidParam[] = []) {
    super(message);
    this.status = status;
    this.code = code;
    this.params = params;
  }
}

export function reject(status: number, code: string, message: string, params?: readonly InvalidParam[]): never {
  throw new Rejection(status, code, message, params);
}

/**
 * Rejects a request with an invalid value of an attribute. The error code contains the attribute's name, as in
 * `FAMILY_INVALID` (R-ASG-10).
 */
export function rejectInvalidAttribute(
  attribute: string,
  why = `The attribute ${attribute} has an invalid value.`,
): never {
  reject(400, attribute.toUpperCase() + INVALID_CODE_SUFFIX, why, [{ name: attribute, reason: why }]);
}

/**
 * Rejects a request without a required attribute. The error code contains the attribute's name, as in `SERVER_MISSING`
 * (R-ASG-10).
 */
export function rejectMissingAttribute(attribute: string): never {
  const why = `The required attribute ${attribute} is missing from the request.`;
  reject(400, attribute.toUpperCase() + MISSING_CODE_SUFFIX, why, [{ name: attribute, reason: why }]);
}

export function createErrorResponse(status: number, code: string, message: string): ApiResponse {
  return { status, body: { error: { error_code: code, error_message: message } } };
}

/**
 * Renders a rejection in the format of RFC 7807, which the load balancer API uses. The URL in `type` ends with the error
 * code.
 */
function createProblemResponse(rejection: Rejection, env: SandboxEnvironment): ApiResponse {
  const { status } = rejection;
  const { code, title } = toProblemFields(rejection);
  const type = `https://developers.upcloud.com/1.3/errors#ERROR_${code}`;
  const params = rejection.params.length > 0 ? { invalid_params: rejection.params } : {};
  const body = { type, title, ...params, correlation_id: createCorrelationId(env), status };
  return { status, problem: true, body };
}

/**
 * Returns the code and title of a rejection. All missing or invalid attributes share one code; `invalid_params` in the
 * response names them.
 */
function toProblemFields({ status, code, message, params }: Rejection): {
  readonly code: string;
  readonly title: string;
} {
  if (status === 400 && params.length > 0) return { code: 'INVALID_REQUEST', title: 'Validation error.' };
  return { code: status === 404 ? 'RESOURCE_NOT_FOUND' : code, title: message };
}

const CROCKFORD_ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/** Returns an ID of 26 characters for a request, in the format of the real service. */
function createCorrelationId(env: SandboxEnvironment): string {
  const digits = Array.from(
    { length: 25 },
    () => CROCKFORD_ALPHABET[Math.floor(env.random() * CROCKFORD_ALPHABET.length)],
  );
  return `0${digits.join('')}`;
}

/**
 * Wraps a rule. Before running the rule, applies the scheduled server states that are due. If the rule rejects the request,
 * converts the rejection to a response.
 */
function catchRejections(
  rule: ApiRule,
  render: (rejection: Rejection, env: SandboxEnvironment) => ApiResponse,
): ApiRule {
  return (state, account, request, env) => {
    try {
      return rule(applyScheduledStates(state, env.now()), account, request, env);
    } catch (error) {
      if (error instanceof Rejection) return { state, response: render(error, env) };
      throw error;
    }
  };
}

/** Defines a rule of the classic API. Its rejections become `{"error":{…}}`. */
export const defineRule = (rule: ApiRule): ApiRule =>
  catchRejections(rule, (no) => createErrorResponse(no.status, no.code, no.message));

/** Defines a rule of a newer service, such as load balancers. Its rejections become RFC 7807 problems. */
export function defineServiceRule(rule: ApiRule): ApiRule {
  const run = catchRejections(rule, createProblemResponse);
  return (state, account, request, env) => {
    const outcome = run(state, account, request, env);
    return { ...outcome, response: { ...outcome.response, service: true } };
  };
}
