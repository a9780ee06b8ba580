/**
 * How a rule says no. A rule throws a rejection where it finds one, and the one place below turns it into an answer beside the
 * state it began with: so a rejected request cannot have changed anything, whatever the rule had worked out so far (R-MOD-G).
 */
import { INVALID_SUFFIX, MISSING_SUFFIX } from '../readings.ts';
import type { Account, Answer, Environment, Outcome, State } from '../state.ts';
import { settle } from './settle.ts';

/** What a request says besides who sends it: the variable parts of its path, decoded, and its body, parsed. */
export interface Input {
  readonly params: Readonly<Record<string, string>>;
  readonly body?: unknown;
  /** The values of each query parameter, decoded. */
  readonly query?: Readonly<Record<string, readonly string[]>>;
}

export type Rule = (state: State, account: Account, input: Input, env: Environment) => Outcome;

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

/** R-ASG-10: `family` → `FAMILY_INVALID`. */
export function invalid(attribute: string, why = `The attribute ${attribute} has an invalid value.`): never {
  reject(400, attribute.toUpperCase() + INVALID_SUFFIX, why, [{ name: attribute, reason: why }]);
}

/** R-ASG-10: `server` → `SERVER_MISSING`. */
export function missing(attribute: string): never {
  const why = `The required attribute ${attribute} is missing from the request.`;
  reject(400, attribute.toUpperCase() + MISSING_SUFFIX, why, [{ name: attribute, reason: why }]);
}

export function errorAnswer(status: number, code: string, message: string): Answer {
  return { status, body: { error: { error_code: code, error_message: message } } };
}

/** Load balancers speak RFC 7807, with the code in the fragment of `type`. */
function problemAnswer(rejection: Rejection, env: Environment): Answer {
  const { status } = rejection;
  const { code, title } = problemOf(rejection);
  const type = `https://developers.upcloud.com/1.3/errors#ERROR_${code}`;
  const params = rejection.params.length > 0 ? { invalid_params: rejection.params } : {};
  const body = { type, title, ...params, correlation_id: correlationId(env), status };
  return { status, problem: true, body };
}

/** Whatever is missing or wrong has one code; `invalid_params` says which it is. */
function problemOf({ status, code, message, params }: Rejection): { readonly code: string; readonly title: string } {
  if (status === 400 && params.length > 0) return { code: 'INVALID_REQUEST', title: 'Validation error.' };
  return { code: status === 404 ? 'RESOURCE_NOT_FOUND' : code, title: message };
}

const CROCKFORD = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/** 26 characters that name one request, as the service's logs do. */
function correlationId(env: Environment): string {
  const digits = Array.from({ length: 25 }, () => CROCKFORD[Math.floor(env.random() * CROCKFORD.length)]);
  return `0${digits.join('')}`;
}

/** Runs a rule on the state as the clock has it by now. */
function guarded(rule: Rule, render: (rejection: Rejection, env: Environment) => Answer): Rule {
  return (state, account, input, env) => {
    try {
      return rule(settle(state, env.now()), account, input, env);
    } catch (error) {
      if (error instanceof Rejection) return { state, answer: render(error, env) };
      throw error;
    }
  };
}

/** A rule of the classic API: rejections become `{"error":{…}}`. */
export const classic = (rule: Rule): Rule => guarded(rule, (no) => errorAnswer(no.status, no.code, no.message));

/** A rule of the newer services: rejections become problems. */
export function service(rule: Rule): Rule {
  const run = guarded(rule, problemAnswer);
  return (state, account, input, env) => {
    const outcome = run(state, account, input, env);
    return { ...outcome, answer: { ...outcome.answer, service: true } };
  };
}
