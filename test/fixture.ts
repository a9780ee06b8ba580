import { randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import type { Command } from 'commander';
import { readCommandLine } from '../src/app/command-line.ts';
import { type Context, createContext, type ProgramDependencies } from '../src/app/context.ts';
import type { LocalMachine } from '../src/app/machine.ts';
import { createProgram, createWholeProgram } from '../src/cli/program.ts';
import { runProgram } from '../src/cli/run.ts';
import { commandTree } from '../src/cli/tree.ts';
import type { Clock } from '../src/core/clock.ts';
import type { Lookup } from '../src/core/dial.ts';
import type { Interrupt } from '../src/core/interrupt.ts';
import { createSharedController } from '../src/core/shared-controller.ts';
import type { OutputStream } from '../src/output/out.ts';
import { createMemoryStore } from '../src/sandbox/memory-store.ts';
import { createSeed } from '../src/sandbox/seeds.ts';
import { startSandbox } from '../src/sandbox/server.ts';
import type { State, Store } from '../src/sandbox/state.ts';
import { isPosix } from './installed.ts';
import { assertNoSecrets, listSecretsInEnv } from './secrets.ts';

/** A request as the server received it. */
export interface SeenRequest {
  readonly method: string;
  readonly path: string;
  readonly body: string;
  readonly status: number;
}

export interface RunResult {
  readonly code: number;
  readonly out: string;
  readonly err: string;
  /** The requests of this run, in the order in which they got their responses. */
  readonly requests: readonly SeenRequest[];
  /** The requests that change something, as `METHOD path body`. */
  readonly changes: readonly string[];
}

export interface RunOptions {
  /** Environment variables. To remove a variable that the test sandbox sets, set it to undefined. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly stdin?: string | Readable;
  /** The columns of a simulated terminal on stdout; undefined for a pipe. */
  readonly width?: number;
  /** The columns of a simulated terminal on stderr; 80 if `answers` is given. */
  readonly errorWidth?: number;
  readonly clock?: Clock;
  readonly interrupt?: Interrupt;
  /** The operating system that the program detects. By default, win32 on Windows and linux everywhere else. */
  readonly platform?: NodeJS.Platform;
  /** The information about the local machine that the program finds. By default, it finds none. */
  readonly machine?: Partial<LocalMachine>;
  readonly lookup?: Lookup;
  /**
   * The lines that a simulated user types at a terminal, each when its question is shown. After the last line, the
   * input ends.
   */
  readonly answers?: readonly PromptAnswer[];
}

type PromptAnswer = readonly [question: string, line: string];

export const neverInterrupted: Interrupt = {
  stopping: createSharedController().signal,
  ending: createSharedController().signal,
  signal: () => 'SIGINT',
};

/** A machine without any information, so that tests do not depend on the real one and send nothing to a metadata service. */
const unknownMachine: LocalMachine = {
  dmiFolder: '/nonexistent',
  metadataUrl: 'http://127.0.0.1:1/',
  rootFolder: '/nonexistent',
  networkInterfaces: () => ({}),
};

/**
 * On Windows, adds the variables for the user's folders, which other systems derive from HOME. Also sets LANG, so that
 * the program prints the same characters into a pipe as on other systems.
 */
export function withWindowsFolders<E extends Readonly<Record<string, string | undefined>>>(env: E): E {
  const { HOME, XDG_CONFIG_HOME, XDG_DATA_HOME } = env;
  if (isPosix || HOME === undefined) return env;
  const APPDATA = XDG_CONFIG_HOME ?? join(HOME, '.config');
  const LOCALAPPDATA = XDG_DATA_HOME ?? join(HOME, '.local', 'share');
  return { LANG: 'C.UTF-8', USERPROFILE: HOME, APPDATA, LOCALAPPDATA, ...env };
}

/** Runs the program with a command line, and returns its output and exit code. The environment of the test process is not used. */
export async function upc(
  line: string | readonly string[],
  options: RunOptions = {},
): Promise<Omit<RunResult, 'requests' | 'changes'>> {
  const stdout = createOutputCollector(options.width);
  const stderr = createOutputCollector(options.errorWidth ?? (options.answers && 80));
  const env = { HOME: '/nonexistent', ...(options.answers && { TERM: 'dumb' }), ...options.env };
  const deps: ProgramDependencies = {
    env: withWindowsFolders(env),
    stdin: options.answers ? createKeyboard(options.answers, stderr.stream) : createStdin(options.stdin),
    stdout: stdout.stream,
    stderr: stderr.stream,
    platform: options.platform ?? (isPosix ? 'linux' : 'win32'),
    interrupt: options.interrupt ?? neverInterrupted,
    machine: { ...unknownMachine, ...options.machine },
    ...(options.clock && { clock: options.clock }),
    ...(options.lookup && { lookup: options.lookup }),
  };
  const argv = typeof line === 'string' ? splitWords(line) : line;
  const code = await runProgram(argv, deps);
  const shown = { out: stdout.text(), err: stderr.text() };
  // Every test asserts that no secret is printed (T-9). The token of the sandbox is not a secret: the manual contains
  // it.
  if (!argv.includes('sandbox')) assertNoSecrets(shown, listSecretsInEnv(deps.env));
  return { code, ...shown };
}

/** Splits a command line at spaces, but not inside quotes. */
export function splitWords(line: string): string[] {
  return [...line.matchAll(/'([^']*)'|"([^"]*)"|(\S+)/g)].map(
    ([, single, double, plain]) => single ?? double ?? plain ?? '',
  );
}

/** Creates the program with all commands, or only with those that a command line needs. Does not run a command. */
export async function parseCommandLine(
  argv?: readonly string[],
): Promise<{ program: Command; context: Context; shown: () => string }> {
  const [stdout, stderr] = [createOutputCollector(), createOutputCollector()];
  const streams = { stdin: createStdin(), stdout: stdout.stream, stderr: stderr.stream };
  const context = createContext({ env: {}, ...streams, platform: 'linux', interrupt: neverInterrupted }, () => ({
    headers: true,
    timeout: 60,
    color: 'never',
  }));
  const program = argv
    ? await createProgram(context, await readCommandLine(commandTree, argv))
    : await createWholeProgram(context, commandTree);
  return { program, context, shown: () => stdout.text() + stderr.text() };
}

/** Finds the command that a command line calls. */
export const parseLine = (argv: readonly string[]) => readCommandLine(commandTree, argv);

/** Returns the command with its subcommands at all levels. */
export const listCommands = (command: Command): Command[] => [command, ...command.commands.flatMap(listCommands)];

/** Returns the path of a command without `upc`, such as `ip list`; empty for the program itself. */
export const getCommandPath = (command: Command): string =>
  command.parent ? `${getCommandPath(command.parent)} ${command.name()}`.trim() : '';

/** Returns the commands that have no subcommands. */
export const listLeafCommands = (program: Command): Command[] =>
  listCommands(program).filter(({ commands, parent }) => commands.length === 0 && parent);

function createStdin(stdin: string | Readable = Readable.from([])): Readable {
  return typeof stdin === 'string' ? Readable.from([stdin]) : stdin;
}

/** Simulates a keyboard. After the last answer, its input ends, so that a further question does not wait for ever. */
function createKeyboard(answers: readonly PromptAnswer[], screen: Readable): Readable {
  const stdin = Object.assign(new PassThrough(), { isTTY: true });
  const left = [...answers];
  let shown = '';
  const typeNextAnswer = () => {
    const [next] = left;
    if (next === undefined) return void stdin.end();
    // If the question is unexpected, end the input: the test then fails, and its error shows the question.
    if (!shown.includes(next[0])) return void (/[^\n]$/.test(shown) && stdin.end());
    shown = '';
    left.shift();
    stdin.write(`${next[1]}\n`);
    typeNextAnswer();
  };
  screen.on('data', (text: string) => {
    shown += text;
    // Type a little later, because the program prints a question before it listens for the answer.
    setImmediate(typeNextAnswer);
  });
  typeNextAnswer();
  return stdin;
}

function createOutputCollector(width?: number): { stream: OutputStream & Readable; text: () => string } {
  const stream = new PassThrough() as PassThrough & { isTTY?: boolean; columns?: number };
  if (width !== undefined) Object.assign(stream, { isTTY: true, columns: width });
  let text = '';
  stream.setEncoding('utf8').on('data', (chunk: string) => {
    text += chunk;
  });
  return { stream, text: () => text };
}

export interface TestSandbox {
  /** Runs the program with the credentials of this sandbox. */
  cli(line: string | readonly string[], options?: RunOptions): Promise<RunResult>;
  /** Sends a request directly to the sandbox. */
  ask(method: string, path: string, body?: unknown, token?: string): Promise<{ status: number; body: unknown }>;
  state(): Promise<State>;
  /** Changes the state directly, not through the API. */
  edit(change: (state: State) => State): Promise<void>;
  /** Changes the titles of servers. The keys are the current titles. */
  rename(titles: Readonly<Record<string, string>>): Promise<void>;
  /**
   * Changes the state directly, just before the sandbox carries out the next request for a change. At that time, the
   * program has already read the old state.
   */
  editBeforeChange(change: (state: State) => State): void;
  readonly store: Store;
  readonly origin: string;
  readonly env: Readonly<Record<string, string>>;
  close(): Promise<void>;
}

/** Starts a sandbox for one test, with a fixed clock and reproducible random numbers. */
export async function startTestSandbox(seedName = 'demo'): Promise<TestSandbox> {
  let step = 0;
  const environment = { now: () => 1_700_000_000_000, random: () => (step++ * 0.618_033_988_749) % 1 };
  const store = createMemoryStore(createSeed(seedName));
  const seen: SeenRequest[] = [];
  let pending: ((state: State) => State) | undefined;
  const edited: Store = {
    read: () => store.read(),
    async transact(change) {
      const edit = pending;
      pending = undefined;
      if (edit) await store.transact((state) => ({ state: edit(state) }));
      return store.transact(change);
    },
  };
  const server = await startSandbox({
    store: edited,
    env: environment,
    onRequest: (request) => void seen.push(request),
  });
  // The program saves backups of PTR records in this folder, and creates it if needed.
  const dataHome = join(tmpdir(), `upc-data-${randomUUID()}`);
  const env = { UPCLOUD_TOKEN: 'ucat_sandbox', UPCLOUD_DEBUG_API_BASE_URL: server.origin, XDG_DATA_HOME: dataHome };
  const edit: TestSandbox['edit'] = async (change) => {
    await store.transact((state) => ({ state: change(state) }));
  };
  return {
    async cli(line, options = {}) {
      const start = seen.length;
      const result = await upc(line, { ...options, env: { ...env, ...options.env } });
      const requests = seen.slice(start);
      const changes = requests
        .filter(({ method }) => method !== 'GET')
        .map(({ method, path, body }) => `${method} ${path} ${body}`.trim());
      return { ...result, requests, changes };
    },
    async ask(method, path, body, token = 'ucat_sandbox') {
      const response = await fetch(`${server.origin}/1.3${path}`, {
        method,
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      const text = await response.text();
      return { status: response.status, body: text === '' ? undefined : JSON.parse(text) };
    },
    state: () => store.read(),
    edit,
    rename: (titles) =>
      edit((state) => ({
        ...state,
        servers: state.servers.map((one) => ({ ...one, title: titles[one.title] ?? one.title })),
      })),
    editBeforeChange(change) {
      pending = change;
    },
    store,
    origin: server.origin,
    env,
    async close() {
      await server.close();
      await rm(dataHome, { recursive: true, force: true });
    },
  };
}
