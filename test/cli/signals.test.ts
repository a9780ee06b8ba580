import { EventEmitter } from 'node:events';
import { describe, expect, test } from 'vitest';
import { listenForSignals } from '../../src/cli/signals.ts';
import { getInterruptCode } from '../../src/core/interrupt.ts';

interface HangupSituation {
  readonly env?: Readonly<Record<string, string>>;
  /** The contents of simulated files under /proc. */
  readonly files?: Readonly<Record<string, string>>;
}

/** Simulates SIGHUP. Returns the exit code that the signal leads to, or undefined if the program ignores the signal. */
function sendHangup({ env = {}, files = {} }: HangupSituation): number | undefined {
  const source = Object.assign(new EventEmitter(), { env, ppid: 42 });
  const interrupt = listenForSignals(source, (path) => files[path] ?? '');
  source.emit('SIGHUP');
  return getInterruptCode(interrupt);
}

describe('T-7 signals', () => {
  test('SIGHUP ends like SIGTERM', () => {
    expect(sendHangup({})).toBe(143);
    expect(sendHangup({ env: { _: '/usr/bin/upc' } })).toBe(143);
    const status = 'SigQ:\t1/2\nSigIgn:\t0000000001001000\nSigCgt:\t0000000000000001\n';
    const files = {
      '/proc/self/status': status,
      '/proc/42/status': status,
      '/proc/self/fdinfo/0': 'flags:\t0100002\n',
    };
    expect(sendHangup({ files })).toBe(143);
  });

  test.each([
    ['the shell started nohup', { env: { _: '/usr/bin/nohup' } }],
    ['the signal is ignored', { files: { '/proc/self/status': 'SigIgn:\t0000000001001001\n' } }],
    ['the parent ignores it', { files: { '/proc/42/status': 'SigIgn:\t0000000000000007\n' } }],
    ['nohup took the terminal away', { files: { '/proc/self/fdinfo/0': 'pos:\t0\nflags:\t0100001\n' } }],
  ])('SIGHUP is ignored if %s', (_, sent) => {
    expect(sendHangup(sent)).toBe(undefined);
  });

  test('Ctrl-Break on Windows counts as Ctrl-C', () => {
    const source = Object.assign(new EventEmitter(), { env: {}, ppid: 42 });
    const interrupt = listenForSignals(source, () => '');
    source.emit('SIGBREAK');
    expect(getInterruptCode(interrupt)).toBe(130);
    source.emit('SIGBREAK');
    expect(interrupt.ending.aborted).toBe(true);
  });

  test('a second signal of any kind ends at once', () => {
    const source = Object.assign(new EventEmitter(), { env: {}, ppid: 42 });
    const interrupt = listenForSignals(source, () => '');
    source.emit('SIGINT');
    expect(interrupt.ending.aborted).toBe(false);
    source.emit('SIGHUP');
    expect([interrupt.ending.aborted, getInterruptCode(interrupt)]).toEqual([true, 130]);
  });
});
