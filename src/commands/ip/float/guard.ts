import { type Command, InvalidArgumentError } from 'commander';
import type { Context } from '../../../app/context.ts';
import { parseSeconds } from '../../../app/globals.ts';
import type { TargetNames } from '../../../guard/targets.ts';
import { addHelp } from '../../../help/parts.ts';
import { parseIndex } from '../../shared/target.ts';

export interface GuardOptions extends TargetNames {
  readonly check: string;
  readonly failures: number;
  readonly successes: number;
  readonly failBack?: boolean;
  /** Seconds. */
  readonly interval: number;
  /** Seconds. */
  readonly checkTimeout: number;
  readonly onChange?: string;
  readonly once?: boolean;
}

export function registerGuard(parent: Command, context: Context): void {
  const command = parent
    .command('guard')
    .description('Watch a server, and move its floating IP to another one when it fails')
    .argument('<address>', 'a floating IP')
    .requiredOption('--primary <server>', 'the server that is watched, where the address is as long as all is well')
    .requiredOption('--standby <server>', 'the server that gets the address when the primary fails')
    .requiredOption(
      '--check <check>',
      'a URL (2xx and 3xx are healthy), tcp:host:port, or a command (exit 0 is healthy)',
    )
    .optionsGroup('When it moves:')
    .option('--failures <n>', 'bad checks in a row before the address moves', count, 3)
    .option('--fail-back', 'move it back when the primary is healthy again')
    .option('--successes <n>', 'good checks in a row before it moves back', count, 3)
    .option('--interval <seconds>', 'from one check to the next', parseSeconds, 5)
    .option('--check-timeout <seconds>', 'a check that takes longer is a bad one', parseSeconds, 5)
    .option('--on-change <command>', 'run after a move, with UPC_ADDRESS, UPC_FROM and UPC_TO (UUIDs) set')
    .option('--once', 'check until it is clear how the primary is, act, and end: for cron')
    .optionsGroup('Which interface:')
    .option('--primary-interface <index>', 'where the primary has several public IPv4 ones', parseIndex)
    .option('--standby-interface <index>', 'where the standby has several public IPv4 ones', parseIndex)
    .action(async (address: string, options: GuardOptions) => {
      const { runGuard } = await import('../../../guard/run.ts');
      await runGuard(context, address, options);
    });
  addHelp(command, {
    examples: [
      'upc ip float guard 192.0.2.50 --primary web-1 --standby web-2 --check tcp:127.0.0.1:80 --once --sandbox',
      "upc ip float guard 192.0.2.50 --primary web-1 --standby web-2 --check 'curl -fsm 2 http://10.1.6.10/health'",
      'upc ip float guard 192.0.2.50 --primary web-1 --standby web-2 --check https://www.example.com/health --fail-back -o ndjson',
    ],
    notes: [
      'The address is moved only while it is on the other one of the two servers; anybody else may move it at any time.',
      'The API has no conditional write: two that move it within one round trip can still meet. The guard looks again',
      'afterwards and tells where it is. Several guards of one address do not fight: after a fail-over none moves it again',
      'before a check was good, and each fails back only what it moved itself or found on the standby when it began.',
      'An outage of the API is told, and watching goes on. After a move of unknown outcome nothing is moved until looking',
      'shows what became of it. --timeout holds for the start, and for each look and each move (there 20 s at most).',
      'Ctrl-C and SIGTERM are the ordinary end: exit 0. --once knows nothing of the run before: run it from one place.',
      'Check an address that stays with the primary, never the guarded one.',
    ],
    json: 'with -o ndjson one event a line: time, event, address, from (UUID or null), to (UUID or null), message',
    exits: [
      [0, 'stopped; with --once: the primary is healthy'],
      [1, 'the API refused at the start'],
      [2, 'wrong usage, or refused here'],
      [3, 'the configuration cannot be used'],
      [4, 'not signed in, or permission refused'],
      [5, 'no such address or server'],
      [7, 'not reachable at the start; with --once: when the address was to move'],
      [8, 'with --once: it was to move, but is on neither server or cannot be moved'],
      [9, 'a move was sent, but its outcome is unknown'],
      [10, 'with --once: the primary is down, and the address is on the standby'],
    ],
  });
}

function count(text: string): number {
  const n = Number(text);
  if (/^\d{1,3}$/.test(text) && n >= 1 && n <= 100) return n;
  throw new InvalidArgumentError('Give a number from 1 to 100.');
}
