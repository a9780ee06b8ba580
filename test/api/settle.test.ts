import { describe, expect, test } from 'vitest';
import { type Finding, settle } from '../../src/api/settle.ts';
import { type Api, LostAnswer } from '../../src/api/transport.ts';
import { UnreachableError, UpcError } from '../../src/core/errors.ts';

const lost = new UpcError(7, 'The answer of api.example broke off.', {
  code: 'UNREACHABLE',
  status: 502,
  hint: 'Try again.',
});
const unreachable = new UnreachableError('Nobody is there.');

/** What looking shows, one after the other, or why it shows nothing. */
type Look = Finding<string> | Error;
const DONE: Look = { done: true, value: 'as it is now' };
const NOT_DONE: Look = { done: false };

interface Situation {
  readonly looks?: readonly Look[];
  /** How often a look can be waited for before there is no time left. */
  readonly time?: number;
  readonly mayStillHappen?: boolean;
  readonly reason?: UpcError;
}

/** Settles a change whose answer was lost; tells what came of it, and what was waited for and said. */
async function settled({ looks = [], time = 9, mayStillHappen = false, reason = lost }: Situation) {
  const [left, waits, told]: [Look[], number[], string[]] = [[...looks], [], []];
  const nothing = async () => {
    throw new Error('no request is sent here');
  };
  const api: Api = {
    read: nothing,
    change: nothing,
    note: (text) => void told.push(text),
    pause: async (ms) => {
      waits.push(ms);
      return waits.length <= time;
    },
  };
  const outcome = await settle(api, {
    what: 'the release of 192.0.2.10',
    lookWith: 'upc ip show 192.0.2.10',
    act: async () => {
      throw new LostAnswer(reason, mayStillHappen);
    },
    look: async () => {
      const next = left.shift() ?? 'cannot-tell';
      if (next instanceof Error) throw next;
      return next;
    },
  }).catch((error: unknown) => error);
  return { outcome, waits, told, looks: looks.length - left.length };
}

const unknown = {
  exitCode: 9,
  code: 'OUTCOME_UNKNOWN',
  message: 'The answer of api.example broke off: whether the release of 192.0.2.10 was carried out is unknown.',
  status: 502,
  hint: 'See how things stand before you try again: upc ip show 192.0.2.10',
};
const maybeYet = {
  ...unknown,
  message:
    'The answer of api.example broke off: the release of 192.0.2.10 had not been carried out when looked at, but may be yet.',
};
const unchanged = {
  exitCode: 7,
  code: 'UNREACHABLE',
  message: 'The answer of api.example broke off.',
  status: 502,
  hint: 'Looking showed that nothing was changed: it is safe to run this again.',
};

describe('T-5 a change whose answer was lost', () => {
  test.each<[string, readonly Look[], readonly number[]]>([
    ['at the first look', [DONE], [0]],
    ['at the second', [NOT_DONE, DONE], [0, 500]],
    ['at the third', [NOT_DONE, 'cannot-tell', DONE], [0, 500, 1_500]],
    ['after a look that failed', [unreachable, DONE], [0, 500]],
  ])('and is seen to be done %s, is done', async (_when, looks, waits) => {
    for (const mayStillHappen of [false, true]) {
      expect(await settled({ looks, mayStillHappen })).toEqual({
        outcome: 'as it is now',
        waits,
        told: ['The answer to the release of 192.0.2.10 was lost; looking showed that it was done.'],
        looks: looks.length,
      });
    }
  });

  test.each<[string, Situation, object]>([
    ['three looks did not show it', { looks: [NOT_DONE, NOT_DONE, NOT_DONE] }, unchanged],
    ['the last look did not', { looks: ['cannot-tell', unreachable, NOT_DONE] }, unchanged],
    ['the service may be at it yet', { looks: [NOT_DONE, NOT_DONE, NOT_DONE], mayStillHappen: true }, maybeYet],
    ['no look could tell', { looks: ['cannot-tell', 'cannot-tell', 'cannot-tell'] }, unknown],
    ['every look failed', { looks: [unreachable, unreachable, unreachable] }, unknown],
    // What an earlier look showed is no longer so certain.
    ['the last look could not tell', { looks: [NOT_DONE, NOT_DONE, 'cannot-tell'] }, unknown],
    ['the last look failed', { looks: [NOT_DONE, NOT_DONE, unreachable], mayStillHappen: true }, unknown],
  ])('%s: three looks, and no more', async (_what, situation, expected) => {
    const { outcome, ...rest } = await settled({ ...situation, looks: [...(situation.looks ?? []), DONE] });
    expect(outcome).toBeInstanceOf(UpcError);
    expect(outcome).toMatchObject(expected);
    expect(rest).toEqual({ waits: [0, 500, 1_500], told: [], looks: 3 });
  });

  test.each<[number, Situation, object]>([
    [0, { looks: [] }, unknown],
    [1, { looks: [NOT_DONE] }, unchanged],
    [1, { looks: [NOT_DONE], mayStillHappen: true }, maybeYet],
    [1, { looks: ['cannot-tell'] }, unknown],
    [2, { looks: [NOT_DONE, NOT_DONE] }, unchanged],
  ])('with time for %i looks, is told by what they showed', async (time, situation, expected) => {
    const { outcome, ...rest } = await settled({ time, ...situation, looks: [...(situation.looks ?? []), DONE] });
    expect(outcome).toMatchObject(expected);
    expect(rest).toMatchObject({ told: [], looks: time });
  });

  test('is told in one sentence, whether or not the reason ends with a stop', async () => {
    const reason = new UpcError(7, 'No answer. Or none yet', { code: 'UNREACHABLE' });
    expect((await settled({ reason })).outcome).toMatchObject({
      message: 'No answer. Or none yet: whether the release of 192.0.2.10 was carried out is unknown.',
      status: undefined,
    });
  });

  test('a fault of our own while looking is one, and no answer', async () => {
    const fault = new TypeError('so bad');
    expect(await settled({ looks: [fault, DONE] })).toMatchObject({ outcome: fault, looks: 1, told: [] });
  });
});

test.each([unreachable, new TypeError('so bad')])('%s is no lost answer: nobody looks', async (error) => {
  let looked = false;
  const change = {
    what: '',
    lookWith: '',
    act: async () => {
      throw error;
    },
    look: async () => {
      looked = true;
      return 'cannot-tell' as const;
    },
  };
  await expect(settle({} as Api, change)).rejects.toBe(error);
  expect(looked).toBe(false);
});
