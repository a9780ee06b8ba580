import { describe, expect, test } from 'vitest';
import { type Finding, checkUntil, settle } from '../../src/api/settle.ts';
import { type Api, LostResponse } from '../../src/api/transport.ts';
import { UnreachableError, UpcError } from '../../src/core/errors.ts';

const lost = new UpcError(7, 'The answer of api.example broke off.', {
  code: 'UNREACHABLE',
  status: 502,
  hint: 'Try again.',
});
const unreachable = new UnreachableError('Nobody is there.');

/** What a check shows, one after the other, or why it shows nothing. */
type Look = Finding<string> | Error;
const DONE: Look = { done: true, value: 'as it is now' };
const NOT_DONE: Look = { done: false, seen: 'it was there' };
const THIRD: Look = { done: false, seen: 'it was elsewhere' };

/** An API that has time for that many checks and keeps what it was asked to wait for and to say; each wait takes its time. */
function fakeApi(time: number) {
  const [waits, told]: [number[], string[]] = [[], []];
  let now = Date.UTC(2026, 0, 31, 12);
  const nothing = async () => {
    throw new Error('no request is sent here');
  };
  const api: Api = {
    read: nothing,
    change: nothing,
    note: (text) => void told.push(text),
    debug: () => {},
    pause: async (ms) => {
      waits.push(ms);
      now += ms;
      return waits.length <= time;
    },
    now: () => now,
  };
  return { api, waits, told };
}

interface Situation {
  readonly looks?: readonly Look[];
  /** How often a check can be waited for before there is no time left. */
  readonly time?: number;
  readonly isRepeatable?: boolean;
  readonly isRejected?: boolean;
  readonly reason?: UpcError;
}

/** Settles a change whose response was lost; returns what came of it, and what was waited for and said. */
async function settled({ looks = [], time = 9, isRepeatable = true, isRejected, reason = lost }: Situation) {
  const { api, waits, told } = fakeApi(time);
  const left = [...looks];
  const outcome = await settle(api, {
    what: 'the release of 192.0.2.10',
    checkWith: 'ip show 192.0.2.10',
    isRepeatable,
    act: async () => {
      throw new LostResponse(reason, isRejected);
    },
    look: async () => {
      const next = left.shift() ?? unreachable;
      if (next instanceof Error) throw next;
      return next;
    },
  }).catch((error: unknown) => error);
  return { outcome, waits, told, looks: looks.length - left.length };
}

const ALL = [0, 500, 1_000, 1_500, 2_000];
const five = (look: Look): Look[] => ALL.map(() => look);

const unknown = (seen: string) => ({
  exitCode: 9,
  code: 'OUTCOME_UNKNOWN',
  message: `The answer of api.example broke off: whether the release of 192.0.2.10 was carried out is unknown. ${seen}`,
  status: 502,
  hint: 'Check: upc ip show 192.0.2.10\nRepeating the command is safe.',
});
const unseen = unknown('The checks afterwards failed, too.');
const notYet = (second: string, seen = 'it was there') =>
  unknown(`When last checked (2026-01-31T12:00:${second}Z), ${seen}; the change may still be carried out.`);

describe('T-5 a change whose response was lost', () => {
  test.each<[string, readonly Look[], readonly number[]]>([
    ['at the first check', [DONE], [0]],
    ['at the second', [NOT_DONE, DONE], [0, 500]],
    ['at the third', [NOT_DONE, THIRD, DONE], [0, 500, 1_000]],
    ['at the last', [...five(NOT_DONE).slice(1), DONE], ALL],
    ['after a check that failed', [unreachable, DONE], [0, 500]],
    ['after a check that failed by a fault of the program', [new TypeError('so bad'), DONE], [0, 500]],
  ])('and is seen to be done %s, is done', async (_when, looks, waits) => {
    expect(await settled({ looks })).toEqual({
      outcome: 'as it is now',
      waits,
      told: ['The answer to the release of 192.0.2.10 was lost; looking showed that it was done.'],
      looks: looks.length,
    });
  });

  test.each<[string, readonly Look[], object]>([
    ['the state before it', five(NOT_DONE), notYet('05')],
    ['a third state at the end', [...five(NOT_DONE).slice(1), THIRD], notYet('05', 'it was elsewhere')],
    ['nothing, for they failed', five(unreachable), unseen],
    ['nothing, for the program has a fault', five(new TypeError('so bad')), unseen],
    ['the state before it, once', [unreachable, NOT_DONE, unreachable, unreachable, unreachable], notYet('00')],
  ])('and checks of about five seconds show %s: exit 9', async (_what, looks, expected) => {
    const { outcome, ...rest } = await settled({ looks: [...looks, DONE] });
    expect(outcome).toBeInstanceOf(UpcError);
    expect(outcome).toMatchObject(expected);
    expect(rest).toEqual({ waits: ALL, told: [], looks: 5 });
  });

  test.each<[number, readonly Look[], object]>([
    [0, [], unseen],
    [1, [NOT_DONE], notYet('00')],
    [1, [unreachable], unseen],
    [3, [NOT_DONE, NOT_DONE, NOT_DONE], notYet('01')],
  ])('with time for %i checks, is reported by what they showed', async (time, looks, expected) => {
    const { outcome, ...rest } = await settled({ time, looks: [...looks, DONE] });
    expect(outcome).toMatchObject(expected);
    expect(rest).toMatchObject({ told: [], looks: time });
  });

  test('that must not be sent twice: the error says so', async () => {
    expect((await settled({ isRepeatable: false })).outcome).toMatchObject({
      hint: expect.stringMatching(/^Check: .*\nDo not repeat the command before you have checked/),
    });
  });

  test('and was rejected by the API at last, is checked once: done, or the rejection', async () => {
    expect(await settled({ isRejected: true, looks: [DONE] })).toMatchObject({ outcome: 'as it is now', waits: [0] });
    for (const look of [NOT_DONE, unreachable]) {
      const { outcome, looks } = await settled({ isRejected: true, looks: [look, DONE] });
      expect(outcome).toBe(lost);
      expect(looks).toBe(1);
    }
  });

  test('is reported in one sentence, whether or not the reason ends with a full stop', async () => {
    const reason = new UpcError(7, 'No answer. Or none yet', { code: 'UNREACHABLE' });
    expect((await settled({ reason })).outcome).toMatchObject({
      message: expect.stringMatching(/^No answer\. Or none yet: whether the release of 192\.0\.2\.10 was carried out /),
      status: undefined,
    });
  });
});

test.each([unreachable, new TypeError('so bad')])('%s is no lost response: nothing is checked', async (error) => {
  let looked = false;
  const change = {
    what: '',
    checkWith: '',
    isRepeatable: true,
    act: async () => {
      throw error;
    },
    look: async (): Promise<Finding<never>> => {
      looked = true;
      return { done: false, seen: '' };
    },
  };
  await expect(settle({} as Api, change)).rejects.toBe(error);
  expect(looked).toBe(false);
});

test('T-17 checks end with the first final one, and count those that got a response', async () => {
  const { api, waits } = fakeApi(9);
  const states = [1, new UpcError(7, 'No.', { code: 'UNREACHABLE' }), 3, 4];
  const look = async () => {
    const next = states.shift();
    if (typeof next === 'number') return next;
    throw next;
  };
  expect(await checkUntil(api, look, (seen) => seen === 3)).toEqual({ value: 3, at: api.now(), count: 2 });
  expect(waits).toEqual([0, 500, 1_000]);
});
