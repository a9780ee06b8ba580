import { readFileSync } from 'node:fs';
import type { Readable } from 'node:stream';
import type { Wire } from './api/attempt.ts';
import { type Clock, Deadline, systemClock } from './api/deadline.ts';
import type { Api, Interrupt } from './api/transport.ts';
import { authorization, type Env, environmentCredentials, notSignedIn } from './config/credentials.ts';
import { parseOrigin, productionOrigin } from './config/origin.ts';
import { UsageError } from './errors.ts';
import { type Globals, outputSettings } from './globals.ts';
import { createOut, type Out, type OutputStream } from './output/out.ts';

export type InputStream = Readable & { readonly isTTY?: boolean };

/** What the program gets from outside; tests hand in their own. */
export interface Deps {
  readonly env: Env;
  readonly stdin: InputStream;
  readonly stdout: OutputStream;
  readonly stderr: OutputStream;
  readonly platform: NodeJS.Platform;
  readonly interrupt: Interrupt;
  readonly clock?: Clock;
}

/** Where requests go and as whom. */
export interface Session {
  readonly origin: string;
  readonly authorization: string;
  /** Where the credentials came from, never what they are. */
  readonly source: string;
}

/** Everything a command works with. Nothing is opened, read or loaded before it is asked for. */
export interface Context {
  readonly deps: Deps;
  readonly env: Env;
  readonly clock: Clock;
  readonly out: Out;
  readonly globals: Globals;
  readonly deadline: Deadline;
  readonly interrupt: Interrupt;
  session(): Promise<Session>;
  api(): Promise<Api>;
  /** An API client for another session than the command's own: credentials that are being checked. */
  apiFor(session: Session): Promise<Api>;
  /** Runs when the command is over, whatever came of it. */
  onClose(work: () => Promise<void> | void): void;
  close(): Promise<void>;
}

/** @param globals read after the command line was parsed */
export function createContext(deps: Deps, globals: () => Globals): Context {
  const { env } = deps;
  const clock = deps.clock ?? systemClock;
  const closers: (() => Promise<void> | void)[] = [];
  const out = createOut({
    stdout: deps.stdout,
    stderr: deps.stderr,
    env,
    settings: () => outputSettings(globals(), env),
  });
  const deadline = lazy(() => new Deadline(globals().timeout * 1_000, clock.now));
  const session = lazy(() => openSession(context));
  const api = lazy(async () => context.apiFor(await session()));
  const context: Context = {
    deps,
    env,
    clock,
    out,
    get globals() {
      return globals();
    },
    get deadline() {
      return deadline();
    },
    interrupt: deps.interrupt,
    session,
    api,
    async apiFor(session) {
      const { createTransport } = await import('./api/transport.ts');
      const wire = lazy(async () => {
        const { openWire } = await import('./api/attempt.ts');
        const opened: Wire = await openWire(await wireOptions(context, session.origin));
        context.onClose(() => opened.close());
        return opened;
      });
      return createTransport({
        wire,
        origin: session.origin,
        authorization: session.authorization,
        deadline: deadline(),
        clock,
        interrupt: deps.interrupt,
        tell: out.warn,
        debug: out.debug,
      });
    },
    onClose: (work) => void closers.push(work),
    async close() {
      for (const work of closers.reverse()) await work();
    },
  };
  return context;
}

/** Computes once, on first use. */
function lazy<T>(make: () => T): () => T {
  let made: { value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}

async function openSession(context: Context): Promise<Session> {
  const { globals, env } = context;
  if (globals.sandbox) return sandboxSession(context);
  const given = originGiven(globals, env);
  const found = environmentCredentials(env);
  if (!found) throw notSignedIn();
  return { origin: given ?? productionOrigin, authorization: authorization(found.credentials), source: found.source };
}

/** The origin that the command line or the environment names, if any. @throws UsageError for a bad one */
function originGiven(globals: Globals, env: Env): string | undefined {
  if (globals.apiUrl !== undefined) return parseOrigin(globals.apiUrl, '--api-url');
  const fromEnv = env.UPCLOUD_DEBUG_API_BASE_URL;
  return fromEnv ? parseOrigin(fromEnv, 'UPCLOUD_DEBUG_API_BASE_URL') : undefined;
}

async function sandboxSession(context: Context): Promise<Session> {
  if (context.globals.apiUrl !== undefined) {
    throw new UsageError('--sandbox and --api-url exclude one another.', 'Leave out one of them.');
  }
  const { openSandbox } = await import('./sandbox/embedded.ts');
  const sandbox = await openSandbox(context.env, context.deps.platform);
  context.onClose(() => sandbox.close());
  return { origin: sandbox.origin, authorization: authorization({ token: 'ucat_sandbox' }), source: 'sandbox' };
}

async function wireOptions({ globals, env }: Context, origin: string): Promise<{ proxy?: string; ca?: string[] }> {
  const options: { proxy?: string; ca?: string[] } = {};
  if (!origin.startsWith('https:')) return options;
  const { proxyFor, trustedAuthorities } = await import('./api/network.ts');
  const proxy = proxyFor(origin);
  if (proxy !== undefined) options.proxy = proxy;
  const { caFile } = globals;
  if (caFile !== undefined) options.ca = trustedAuthorities(caFile, env, (path) => readFileSync(path, 'utf8'));
  return options;
}
