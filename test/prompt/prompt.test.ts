import { getEventListeners } from 'node:events';
import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { createContext } from '../../src/app/context.ts';
import { type ExitCode, InterruptedError } from '../../src/core/errors.ts';
import type { Prompter } from '../../src/prompt/ask.ts';
import { canAskQuestions, createPrompter } from '../../src/prompt/prompt.ts';
import { neverInterrupted } from '../fixture.ts';

/** Simulates a terminal and a user at its keyboard. */
function createPromptUser(env: Record<string, string> = {}, signal: 'SIGINT' | 'SIGTERM' = 'SIGINT') {
  const stdin = Object.assign(new PassThrough(), { isTTY: true, setRawMode: () => {} });
  const stderr = Object.assign(new PassThrough(), { isTTY: true, columns: 80 });
  const stopping = new AbortController();
  let shown = '';
  stderr.setEncoding('utf8').on('data', (text: string) => {
    shown += text;
  });
  const context = createContext(
    {
      env,
      stdin,
      stderr,
      stdout: new PassThrough(),
      platform: 'linux',
      interrupt: { ...neverInterrupted, stopping: stopping.signal, signal: () => signal },
    },
    () => ({ headers: true, timeout: 60, color: 'never' }),
  );
  return {
    context,
    stdin,
    stopping,
    shown: () => shown,
    /** Asks the question, waits until it is on the screen, and types the keys. */
    async answer<T>(question: (asker: Prompter) => Promise<T>, keys: string): Promise<T> {
      const answer = question(createPrompter(context));
      answer.catch(() => {});
      await expect.poll(() => shown).toContain('Q?');
      for (const key of keys.split(/(?<=[\r\n ])/)) stdin.write(key);
      return answer;
    },
  };
}
const servers = ['web-1', 'web-2', 'db-1'].map((name) => ({ name, value: name.toUpperCase() }));
const DOWN_ARROW = '\u001b[B';

describe.each(['xterm', 'dumb'])('at a terminal of type %s', (TERM) => {
  const dumb = TERM === 'dumb';

  it.each([
    ['y', true],
    ['n', false],
    ['', false],
  ])('confirm understands %j as %j', async (keys, expected) => {
    const { answer } = createPromptUser({ TERM });
    expect(await answer((asker) => asker.confirm('Q?'), `${keys}\r`.replace('\r', dumb ? '\n' : '\r'))).toBe(expected);
  });

  it('select returns the value of the choice', async () => {
    expect(
      await createPromptUser({ TERM }).answer((asker) => asker.select('Q?', servers), dumb ? '2\n' : `${DOWN_ARROW}\r`),
    ).toBe('WEB-2');
  });

  it('checkbox returns several values and requires at least one', async () => {
    const { answer, shown, stdin } = createPromptUser({ TERM });
    const given = answer((asker) => asker.checkbox('Q?', servers), dumb ? '\n' : '\r');
    await expect.poll(shown).toContain(dumb ? 'Type numbers from 1 to 3.' : 'Select at least one with the space bar.');
    stdin.write(dumb ? '3 1\n' : ` ${DOWN_ARROW}${DOWN_ARROW} \r`);
    expect((await given).sort()).toEqual(['DB-1', 'WEB-1']);
  });

  it('password does not show the password', async () => {
    const { answer, shown } = createPromptUser({ TERM });
    expect(await answer((asker) => asker.password('Q?'), 's3cret\r')).toBe('s3cret');
    expect(shown()).not.toContain('s3cret');
  });

  it('input reports why a text is not valid', async () => {
    const { answer, shown, stdin } = createPromptUser({ TERM });
    const check = (text: string) => text === 'good' || 'Not this one.';
    const asked = answer((asker) => asker.input('Q?', { check }), dumb ? 'bad\n' : 'bad\r');
    await expect.poll(shown).toContain('Not this one.');
    stdin.write(dumb ? 'good\n' : '\u0015');
    if (!dumb) stdin.write('good\r');
    expect(await asked).toBe('good');
  });

  it.each(['select', 'checkbox', 'input', 'password', 'confirm'] as const)(
    'Ctrl-D, the end of the input and a signal end %s with 130 (T-7)',
    async (kind) => {
      for (const leave of ['ctrl-d', 'end', 'signal']) {
        const { answer, stdin, stopping, shown } = createPromptUser({ TERM });
        const asked = answer((asker): Promise<unknown> => asker[kind]('Q?', servers as never), '');
        await expect.poll(shown).toContain('Q?');
        if (leave === 'signal') stopping.abort();
        else if (leave === 'end' || (dumb && kind !== 'password')) stdin.end();
        else stdin.write('\u0004');
        const error = await asked.catch((thrown: unknown) => thrown);
        expect(error).toBeInstanceOf(InterruptedError);
        expect((error as { exitCode: ExitCode }).exitCode).toBe(130);
        if (!dumb) expect(shown().lastIndexOf('\u001b[?25h')).toBeGreaterThan(shown().lastIndexOf('\u001b[?25l'));
      }
    },
  );

  it('SIGTERM ends a question with 143', async () => {
    const { answer, shown, stopping } = createPromptUser({ TERM }, 'SIGTERM');
    const asked = answer((asker) => asker.confirm('Q?'), '');
    await expect.poll(shown).toContain('Q?');
    stopping.abort();
    await expect(asked).rejects.toMatchObject({ exitCode: 143 });
  });

  it('after a signal, no question is asked', async () => {
    const { context, shown, stdin, stopping } = createPromptUser({ TERM }, 'SIGTERM');
    stopping.abort();
    stdin.end();
    await expect(createPrompter(context).confirm('Q?')).rejects.toMatchObject({ exitCode: 143 });
    expect(shown()).toBe('');
  });

  it('a signal during the preparation of a question ends it', async () => {
    const { context, shown, stopping } = createPromptUser({ TERM }, 'SIGTERM');
    const asked = createPrompter(context).confirm('Q?');
    stopping.abort();
    await expect(asked).rejects.toMatchObject({ exitCode: 143 });
    expect(shown()).toBe('');
    expect(context.deps.stdin.listenerCount('keypress')).toBe(0);
  });

  it.each(['an answer', 'a signal'])('removes all listeners after %s', async (what) => {
    const { answer, stdin, stopping, shown } = createPromptUser({ TERM });
    const countListeners = () => ({
      keys: stdin.listenerCount('keypress'),
      ends: stdin.listenerCount('end'),
      aborts: getEventListeners(stopping.signal, 'abort').length,
    });
    const before = countListeners();
    const asked = answer((asker) => asker.confirm('Q?'), what === 'an answer' ? `y${dumb ? '\n' : '\r'}` : '');
    await expect.poll(shown).toContain('Q?');
    if (what === 'a signal') stopping.abort();
    expect(await asked.catch(() => false)).toBe(what === 'an answer');
    expect(countListeners()).toEqual(before);
  });

  it('an internal fault is not reported as an interrupt', async () => {
    const fault = new TypeError('so bad');
    const check = () => {
      throw fault;
    };
    const { context } = createPromptUser({ TERM });
    const broken = { ...context, deadline: Object.assign(Object.create(context.deadline), { pause: check }) };
    await expect(createPrompter(broken).confirm('Q?')).rejects.toBe(fault);
  });

  it('untrusted text cannot control the terminal (T-13)', async () => {
    const { answer, shown } = createPromptUser({ TERM });
    const hostile = [{ name: 'a\u001b]0;pwned\u0007b\u202e', value: 1 }];
    expect(await answer((asker) => asker.select('Q?', hostile), dumb ? '1\n' : '\r')).toBe(1);
    expect(shown()).toContain('a\\u{1b}]0;pwned\\u{7}b\\u{202e}');
  });
});

it('Ctrl-C as a key ends a question with 130', async () => {
  const { answer } = createPromptUser({ TERM: 'xterm' });
  await expect(answer((asker) => asker.confirm('Q?'), '\u0003')).rejects.toMatchObject({ exitCode: 130 });
});

it('the short text of a choice is shown and sanitized', async () => {
  const { answer, shown } = createPromptUser({ TERM: 'xterm' });
  const hostile = [{ name: 'web-1', value: 1, short: 'the\u0007 first' }];
  await answer((asker) => asker.select('Q?', hostile), '\r');
  expect(shown()).toContain('the\\u{7} first');
});

it('no question is asked in a CI job, or if stdin or stderr is not a terminal', async () => {
  expect(canAskQuestions(createPromptUser().context)).toBe(true);
  expect(canAskQuestions(createPromptUser({ CI: 'true' }).context)).toBe(false);
  for (const CI of ['false', '0', '']) expect(canAskQuestions(createPromptUser({ CI }).context)).toBe(true);
  const { context } = createPromptUser();
  expect(canAskQuestions({ ...context, deps: { ...context.deps, stdin: new PassThrough() } })).toBe(false);
  expect(canAskQuestions({ ...context, out: { ...context.out, terminal: { stderr: false } } })).toBe(false);
  await expect(createPrompter(createPromptUser({ CI: '1' }).context).confirm('Q?')).rejects.toMatchObject({
    exitCode: 2,
    message: 'Cannot ask: there is no terminal.',
    hint: 'Give the value as an argument or option.',
  });
});

it('the time until an answer does not count against the deadline (T-3)', async () => {
  const { context, answer, shown } = createPromptUser();
  let now = 0;
  const clock = { ...context.clock, elapsed: () => now };
  const timed = createContext({ ...context.deps, clock }, () => ({ headers: true, timeout: 60, color: 'never' }));
  expect(timed.deadline.remaining()).toBe(60_000);
  const asked = answer(() => createPrompter(timed).confirm('Q?'), '');
  await expect.poll(shown).toContain('Q?');
  now = 3_600_000;
  (context.deps.stdin as PassThrough).write('y\r');
  expect(await asked).toBe(true);
  expect(timed.deadline.remaining()).toBe(60_000);
});
