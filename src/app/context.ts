import type { Readable } from 'node:stream';
import type { SecureContextProvider } from '../api/authorities.ts';
import type { ApiConnection } from '../api/connection.ts';
import type { Api } from '../api/transport.ts';
import { getConfigPath } from '../config/config-path.ts';
import type { Config } from '../config/config-schema.ts';
import { type Env, listSecretsInHeader } from '../config/credentials.ts';
import { readConfig } from '../config/read.ts';
import { getChosenProfileName, openSession, type Session, usesProfile } from '../config/session.ts';
import { type Clock, Deadline, systemClock } from '../core/clock.ts';
import type { Lookup } from '../core/dial.ts';
import type { Interrupt } from '../core/interrupt.ts';
import { waitWithinBounds } from '../core/within-bounds.ts';
import { createOutput, type Output, type Streams } from '../output/out.ts';
import type { Format } from '../output/render.ts';
import { type GlobalOptions, resolveOutputSettings } from './globals.ts';
import { type LocalMachine, localMachine } from './machine.ts';

export type InputStream = Readable & { readonly isTTY?: boolean };

/** The dependencies of the program; tests pass in their own. */
export interface ProgramDependencies extends Streams {
  readonly env: Env;
  readonly stdin: InputStream;
  /**
   * Whether stdin is a terminal; by default `stdin.isTTY`. Setting this property saves time, because reading `stdin.isTTY`
   * creates the stream.
   */
  readonly stdinIsTTY?: boolean;
  readonly platform: NodeJS.Platform;
  readonly interrupt: Interrupt;
  readonly clock?: Clock;
  /** Resolves hostnames to addresses; the system's resolver by default. */
  readonly lookup?: Lookup;
  /**
   * Whether to leave insecure file permissions unchanged instead of fixing them with a warning. Completion and prompts set
   * this property, because they print no warnings.
   */
  readonly keepsPermissions?: boolean;
  /** The machine that the program runs on. */
  readonly machine?: LocalMachine;
}

/** Everything a command works with. Each part is opened, read or loaded on first use. */
export interface Context {
  readonly deps: ProgramDependencies;
  readonly env: Env;
  readonly platform: NodeJS.Platform;
  readonly clock: Clock;
  readonly machine: LocalMachine;
  readonly out: Output;
  readonly globals: GlobalOptions;
  readonly deadline: Deadline;
  readonly interrupt: Interrupt;
  session(): Promise<Session>;
  /** Returns the configuration, read on first use; empty if the file does not exist. @throws ConfigError */
  config(): Config;
  /** Returns the path of the configuration file. @throws ConfigError if the environment does not define it */
  configFile(): string;
  /** Returns the default zone of the profile in use. @throws ConfigError */
  defaultZone(): string | undefined;
  /**
   * Returns the certificate authorities of `--ca-file`, loaded on first use; undefined for Node's default ones.
   * @throws UsageError if a file cannot be used
   */
  authorities(): Promise<SecureContextProvider | undefined>;
  api(): Promise<Api>;
  /**
   * Returns an API client for another session than the command's own, for example to verify credentials.
   * @param within the deadline of the client; by default the deadline of the command
   */
  apiFor(session: Session, within?: Deadline): Promise<Api>;
  /** Prints a line on stderr. */
  note(line: string): void;
  /**
   * Registers work to run at the end of the command, even if the command or other work fails. The last registered runs first.
   */
  onClose(work: () => Promise<void> | void): void;
  close(): Promise<void>;
}

/**
 * Creates the context of a command.
 * @param globals returns the global options. It is called only after the command line was parsed
 */
export function createContext(deps: ProgramDependencies, globals: () => GlobalOptions): Context {
  const { env } = deps;
  const clock = deps.clock ?? systemClock;
  const closers: (() => Promise<void> | void)[] = [];
  const out = createOutput({
    streams: deps,
    env,
    platform: deps.platform,
    settings: () => resolveOutputSettings(globals(), env, preferredOutput),
  });
  const deadline = memoize(() => new Deadline(globals().timeout * 1_000, clock.elapsed));
  const session = memoize(() => openSession(context));
  const config = memoize(() => loadConfig(context));
  const preferredOutput = memoize(() => readProfileFormat(context));
  const api = memoize(async () => context.apiFor(await session()));
  const connections = new Map<string, Promise<ApiConnection>>();
  // All clients of the command share the connections to an origin.
  const getConnectionTo = (origin: string): Promise<ApiConnection> => {
    const connection = connections.get(origin) ?? openConnection(context, origin);
    connections.set(origin, connection);
    return connection;
  };
  const context: Context = {
    deps,
    env,
    platform: deps.platform,
    clock,
    machine: deps.machine ?? localMachine,
    out,
    get globals() {
      return globals();
    },
    get deadline() {
      return deadline();
    },
    interrupt: deps.interrupt,
    session,
    authorities: memoize(() => loadAuthorities(context)),
    api,
    config,
    configFile: () => getConfigPath(env, deps.platform),
    defaultZone: () =>
      usesProfile(globals(), env) ? config().profiles.get(getChosenProfileName(context))?.zone : undefined,
    async apiFor(session, within = deadline()) {
      out.conceal(listSecretsInHeader(session.authorization));
      const { createApiClient } = await import('../api/client.ts');
      const { origin, authorization } = session;
      const { warn: note, debug, hide } = out;
      const getConnection = () => getConnectionTo(origin);
      return createApiClient(
        {
          wire: getConnection,
          origin,
          authorization,
          deadline: within,
          clock,
          interrupt: deps.interrupt,
          note,
          debug,
          hide,
        },
        session,
      );
    },
    note: (line) => out.note(line),
    onClose: (work) => void closers.push(work),
    async close() {
      const failures: unknown[] = [];
      for (const work of closers.reverse()) {
        try {
          await work();
        } catch (error) {
          failures.push(error);
        }
      }
      if (failures.length > 0) throw failures[0];
    },
  };
  return context;
}

/** Returns a function that computes the value once, on first use. */
function memoize<T>(make: () => T): () => T {
  let made: { value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}

function loadConfig(context: Context): Config {
  const { config, notices } = readConfig(context.configFile(), {
    keepsPermissions: context.deps.keepsPermissions === true,
  });
  // Warn at the end of the command, because a warning now could appear in the middle of an output line.
  for (const notice of notices) context.onClose(() => context.out.warn(notice));
  return config;
}

/** Returns the output format of the profile. An unreadable configuration is not an error here: the command reports it on use. */
function readProfileFormat(context: Context): Format | undefined {
  try {
    if (!usesProfile(context.globals, context.env)) return undefined;
    return context.config().profiles.get(getChosenProfileName(context))?.output;
  } catch {
    return undefined;
  }
}

async function loadAuthorities(context: Context): Promise<SecureContextProvider | undefined> {
  const { loadCertificateAuthorities: load } = await import('../api/authority-files.ts');
  return waitWithinBounds(context, 'Reading the certificate authorities', () =>
    load(context.globals.caFile, context.env),
  );
}

async function openConnection(context: Context, origin: string): Promise<ApiConnection> {
  const { connectToOrigin } = await import('../api/client.ts');
  const { env, authorities, deps, out } = context;
  const conceal = (authorization: string) => out.conceal(listSecretsInHeader(authorization));
  const connection = await connectToOrigin(origin, { env, authorities, lookup: deps.lookup, conceal });
  context.onClose(() => connection.close());
  return connection;
}
