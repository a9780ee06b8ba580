import { describe, expect, test } from 'vitest';
import { type ChangeCheckResult, changeAndConfirm, repeatCheckUntil } from '../../src/api/change-and-confirm.ts';
import { type Api, LostResponseError } from '../../src/api/transport.ts';
import { UnreachableError, UpcError } from '../../src/core/errors.ts';

const lostResponseError = new UpcError(7, 'The response of api.example was cut off.', {
  code: 'UNREACHABLE',
  status: 502,
  hint: 'Try again.',
});
const unreachableError = new UnreachableError('The API is unreachable.');

/** The result of checking once whether a change was made, or the error of this check. */
type CheckResult = ChangeCheckResult<string> | Error;
const DONE: CheckResult = { isDone: true, value: 'current state' };
const NOT_DONE: CheckResult = { isDone: false, observed: 'it was there' };
const OTHER_STATE: CheckResult = { isDone: false, observed: 'it was elsewhere' };

/**
 * Creates an API with a fake clock, which advances only during waits. Records the waits and the notes to the user.
 * @param time the number of waits before the time limit is reached
 */
function createFakeApi(time: number) {
  const [waits, notes]: [number[], string[]] = [[], []];
  let now = Date.UTC(2026, 0, 31, 12);
  const rejectRequest = async () => {
    throw new Error('this test sends no request');
  };
  const api: Api = {
    read: rejectRequest,
    observe: rejectRequest,
    change: rejectRequest,
    note: (text) => void notes.push(text),
    debug: () => {},
    pause: async (ms) => {
      waits.push(ms);
      now += ms;
      return waits.length <= time;
    },
    now: () => now,
  };
  return { api, waits, notes };
}

interface LostChange {
  readonly results?: readonly CheckResult[];
  /** The number of waits before the API's time limit is reached. */
  readonly time?: number;
  readonly isRepeatable?: boolean;
  readonly isRejected?: boolean;
  readonly reason?: UpcError;
}

/**
 * Runs changeAndConfirm() for a change whose response is lost. Each check whether the change was made gets the next of
 * `results`. Returns the outcome, the waits, the notes to the user, and the number of checks.
 */
async function runLostChange({
  results = [],
  time = 9,
  isRepeatable = true,
  isRejected,
  reason = lostResponseError,
}: LostChange) {
  const { api, waits, notes } = createFakeApi(time);
  const left = [...results];
  const outcome = await changeAndConfirm(api, {
    what: 'the release of 192.0.2.10',
    checkCommand: 'ip show 192.0.2.10',
    isRepeatable,
    send: async () => {
      throw new LostResponseError(reason, isRejected);
    },
    check: async () => {
      const next = left.shift() ?? unreachableError;
      if (next instanceof Error) throw next;
      return next;
    },
  }).catch((error: unknown) => error);
  return { outcome, waits, notes, checks: results.length - left.length };
}

const ALL_PAUSES_MS = [0, 500, 1_000, 1_500, 2_000];
const repeatFiveTimes = (result: CheckResult): CheckResult[] => ALL_PAUSES_MS.map(() => result);

const expectedUnknownOutcome = (checked: string) => ({
  exitCode: 9,
  code: 'OUTCOME_UNKNOWN',
  message: `The response of api.example was cut off: whether the release of 192.0.2.10 was carried out is unknown. ${checked}`,
  status: 502,
  hint: 'Check: upc ip show 192.0.2.10\nRepeating the command is safe.',
});
const unknownOutcomeWithoutCheck = expectedUnknownOutcome('The checks that followed also failed.');
const expectedNotDoneYet = (second: string, observed = 'it was there') =>
  expectedUnknownOutcome(
    `When last checked (2026-01-31T12:00:${second}Z), ${observed}; the change may still be carried out.`,
  );

describe('T-5 a change whose response was lost', () => {
  test.each<[string, readonly CheckResult[], readonly number[]]>([
    ['the first check', [DONE], [0]],
    ['the second check', [NOT_DONE, DONE], [0, 500]],
    ['the third check', [NOT_DONE, OTHER_STATE, DONE], [0, 500, 1_000]],
    ['the last check', [...repeatFiveTimes(NOT_DONE).slice(1), DONE], ALL_PAUSES_MS],
    ['a check after a failed one', [unreachableError, DONE], [0, 500]],
    ['a check after a bug in one', [new TypeError('so bad'), DONE], [0, 500]],
  ])('is successful if %s shows the requested state', async (_which, results, waits) => {
    expect(await runLostChange({ results })).toEqual({
      outcome: 'current state',
      waits,
      notes: ['The response to the release of 192.0.2.10 was lost. A check showed that the change was carried out.'],
      checks: results.length,
    });
  });

  test.each<[string, readonly CheckResult[], object]>([
    ['show the old state', repeatFiveTimes(NOT_DONE), expectedNotDoneYet('05')],
    [
      'end with a third state',
      [...repeatFiveTimes(NOT_DONE).slice(1), OTHER_STATE],
      expectedNotDoneYet('05', 'it was elsewhere'),
    ],
    ['fail', repeatFiveTimes(unreachableError), unknownOutcomeWithoutCheck],
    ['fail because of a bug', repeatFiveTimes(new TypeError('so bad')), unknownOutcomeWithoutCheck],
    [
      'show the old state once',
      [unreachableError, NOT_DONE, unreachableError, unreachableError, unreachableError],
      expectedNotDoneYet('00'),
    ],
  ])('ends with exit 9 if the checks of about five seconds %s', async (_what, results, expected) => {
    const { outcome, ...rest } = await runLostChange({ results: [...results, DONE] });
    expect(outcome).toBeInstanceOf(UpcError);
    expect(outcome).toMatchObject(expected);
    expect(rest).toEqual({ waits: ALL_PAUSES_MS, notes: [], checks: 5 });
  });

  test.each<[number, readonly CheckResult[], object]>([
    [0, [], unknownOutcomeWithoutCheck],
    [1, [NOT_DONE], expectedNotDoneYet('00')],
    [1, [unreachableError], unknownOutcomeWithoutCheck],
    [3, [NOT_DONE, NOT_DONE, NOT_DONE], expectedNotDoneYet('01')],
  ])('with time for %i checks, is reported by their result', async (time, results, expected) => {
    const { outcome, ...rest } = await runLostChange({ time, results: [...results, DONE] });
    expect(outcome).toMatchObject(expected);
    expect(rest).toMatchObject({ notes: [], checks: time });
  });

  test('is reported with a warning if it must not be sent twice', async () => {
    expect((await runLostChange({ isRepeatable: false })).outcome).toMatchObject({
      hint: expect.stringMatching(/^Check: .*\nCheck this before you repeat the command/),
    });
  });

  test('is checked once if the API rejected the last attempt: success, or the rejection', async () => {
    const done = await runLostChange({ isRejected: true, results: [DONE] });
    expect(done).toMatchObject({ outcome: 'current state', waits: [0] });
    for (const result of [NOT_DONE, unreachableError]) {
      const { outcome, checks } = await runLostChange({ isRejected: true, results: [result, DONE] });
      expect(outcome).toBe(lostResponseError);
      expect(checks).toBe(1);
    }
  });

  test('is reported in one sentence, whether or not the reason ends with a full stop', async () => {
    const reason = new UpcError(7, 'No response. Or none yet', { code: 'UNREACHABLE' });
    expect((await runLostChange({ reason })).outcome).toMatchObject({
      message: expect.stringMatching(
        /^No response\. Or none yet: whether the release of 192\.0\.2\.10 was carried out /,
      ),
      status: undefined,
    });
  });
});

test.each([unreachableError, new TypeError('so bad')])(
  '%s is not a lost response, so nothing is checked',
  async (error) => {
    let hasChecked = false;
    const change = {
      what: '',
      checkCommand: '',
      isRepeatable: true,
      send: async () => {
        throw error;
      },
      check: async (): Promise<ChangeCheckResult<never>> => {
        hasChecked = true;
        return { isDone: false, observed: '' };
      },
    };
    await expect(changeAndConfirm({} as Api, change)).rejects.toBe(error);
    expect(hasChecked).toBe(false);
  },
);

test('T-17 checks stop at the first final result, and those with a response are counted', async () => {
  const { api, waits } = createFakeApi(9);
  const states = [1, new UpcError(7, 'No.', { code: 'UNREACHABLE' }), 3, 4];
  const check = async () => {
    const next = states.shift();
    if (typeof next === 'number') return next;
    throw next;
  };
  expect(await repeatCheckUntil(api, check, (value) => value === 3)).toEqual({ value: 3, at: api.now(), count: 2 });
  expect(waits).toEqual([0, 500, 1_000]);
});
