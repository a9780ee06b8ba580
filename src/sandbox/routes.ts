/**
 * The HTTP layer: authenticates the caller, reads the request, and runs the rule (the request handler) for the method and
 * path.
 */
import { type Context, Hono } from '../libraries/hono.ts';
import {
  findAuthenticatedAccount,
  isLoopback,
  rejectAuthentication,
  rejectMalformedBody,
  rejectMalformedPath,
  rejectMethod,
  rejectRequestOfWebPage,
  rejectUnknownPath,
} from './rules/access.ts';
import { type ApiRule, createErrorResponse, type RuleRequest } from './rules/api-error.ts';
import {
  changeAccount,
  changeServerState,
  createResetRule,
  describeSandbox,
  findMainAccount,
} from './rules/control-rules.ts';
import { API_ROUTES, type HttpMethod } from './rules/route-table.ts';
import { createSeed } from './seeds.ts';
import type { Account, ApiResponse, SandboxEnvironment, State, Store } from './state.ts';
import { MAX_BODY_BYTES, undocumentedErrorCodes } from './undocumented-behaviour.ts';

type FindAccount = (state: State, context: Context) => Account | undefined;
type MethodRules = Readonly<Partial<Record<HttpMethod, ApiRule>>>;

const findAccountByCredentials: FindAccount = (state, context) =>
  findAuthenticatedAccount(state, context.req.header('authorization'));

export function createSandboxApp(store: Store, env: SandboxEnvironment): Hono {
  // With `strict: false`, a trailing slash in the path changes nothing (R-PATH-1).
  const app = new Hono({ strict: false });
  const control: Readonly<Record<string, MethodRules>> = {
    '/sandbox': { GET: describeSandbox },
    '/sandbox/reset': { POST: createResetRule((name) => createSeed(name)) },
    '/sandbox/account': { PATCH: changeAccount },
    '/sandbox/server/:uuid': { PATCH: changeServerState },
  };
  app.use('/1.3/*', async (context, next) => {
    if (hasDecodablePath(context)) return next();
    return respondWithRule(context, rejectMalformedPath, findAccountByCredentials, store, env);
  });
  for (const [path, rules] of Object.entries(API_ROUTES))
    addRoute(app, `/1.3${path}`, rules, findAccountByCredentials, store, env);
  app.all('/1.3/*', (context) => respondWithRule(context, rejectUnknownPath, findAccountByCredentials, store, env));
  app.use('/sandbox/*', async (context, next) => {
    if (!isFromWebPage(context)) return next();
    return respondWithRule(context, rejectRequestOfWebPage, findMainAccount, store, env);
  });
  for (const [path, rules] of Object.entries(control)) addRoute(app, path, rules, findMainAccount, store, env);
  app.notFound((context) => respondWithRule(context, rejectUnknownPath, findMainAccount, store, env));
  return app;
}

function addRoute(
  app: Hono,
  path: string,
  rules: MethodRules,
  caller: FindAccount,
  store: Store,
  env: SandboxEnvironment,
): void {
  const allowed = Object.keys(rules);
  for (const [method, rule] of Object.entries(rules)) {
    app.on(method, path, (context) => respondWithRule(context, rule, caller, store, env));
  }
  app.all(path, (context) => {
    context.header('allow', allowed.join(', '));
    return respondWithRule(context, rejectMethod(allowed), caller, store, env);
  });
}

async function respondWithRule(
  context: Context,
  rule: ApiRule,
  caller: FindAccount,
  store: Store,
  env: SandboxEnvironment,
): Promise<Response> {
  const { request, problem } = await readRuleRequest(context);
  const applyRule = (state: State) => {
    const account = caller(state, context);
    // Check the credentials first. Without valid credentials, the response is always 401, even if the body is invalid, too.
    if (!account) return rejectAuthentication(state, findMainAccount(state), request, env);
    return (problem ?? rule)(state, account, request, env);
  };
  const reads = context.req.method === 'GET' || context.req.method === 'HEAD';
  const outcome = reads ? applyRule(await store.read()) : await store.transact(applyRule);
  return toHttpResponse(context, outcome.response);
}

async function readRuleRequest(
  context: Context,
): Promise<{ readonly request: RuleRequest; readonly problem?: ApiRule }> {
  const { params, query }: RuleRequest = hasDecodablePath(context)
    ? { params: context.req.param(), query: context.req.queries() }
    : { params: {} };
  const named = { params, ...(query && { query }) };
  const reads = ['POST', 'PUT', 'PATCH'].includes(context.req.method);
  const text = reads ? await readBodyUpTo(context.req.raw, MAX_BODY_BYTES) : '';
  if (text === undefined) return { request: named, problem: rejectLargeBody };
  if (text.trim() === '') return { request: named };
  try {
    return { request: { ...named, body: JSON.parse(text) } };
  } catch {
    return { request: named, problem: rejectMalformedBody };
  }
}

function toHttpResponse(context: Context, response: ApiResponse): Response {
  const { status, body } = response;
  const headers = new Headers(context.res.headers);
  headers.delete('content-type');
  if (body === undefined) return new Response(null, { status, headers });
  headers.set('content-type', chooseMediaType(response));
  return new Response(JSON.stringify(body), { status, headers });
}

/** Returns the media type of a response. Only responses of the classic API name a character set. */
function chooseMediaType({ service, problem }: ApiResponse): string {
  if (problem) return 'application/problem+json';
  return service ? 'application/json' : 'application/json; charset=UTF-8';
}

function hasDecodablePath(context: Context): boolean {
  try {
    decodeURIComponent(new URL(context.req.url).pathname);
    return true;
  } catch {
    return false;
  }
}

/**
 * Returns whether the headers of the request show that a web page sent it. Control routes need no credentials, so they
 * reject requests from web pages.
 */
function isFromWebPage(context: Context): boolean {
  const host = context.req.header('host') ?? new URL(context.req.url).host;
  return context.req.header('origin') !== undefined || !isLoopback(host);
}

/**
 * Returns the text of a request's body, or undefined if the body is too large. Hono's own limit for bodies does not work in
 * Node if the body is sent in chunks.
 */
async function readBodyUpTo({ body }: Request, bytes: number): Promise<string | undefined> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of body ?? []) {
    size += chunk.length;
    if (size > bytes) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

const rejectLargeBody: ApiRule = (state) => {
  const why = `The request body is larger than ${MAX_BODY_BYTES} bytes.`;
  return { state, response: createErrorResponse(413, undocumentedErrorCodes.bodyTooLarge, why) };
};
