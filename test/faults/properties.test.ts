import { BlockList, isIP } from 'node:net';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decideRetry, parseRetryAfter } from '../../src/api/retry.ts';
import { joinPathSegments } from '../../src/api/transport.ts';
import { parseOrigin } from '../../src/config/origin.ts';
import { exit, UsageError } from '../../src/core/errors.ts';
import { escapeJson, sanitize } from '../../src/core/sanitize.ts';
import { parseAddress, toCanonicalAddress } from '../../src/domain/address.ts';
import { parseHostname } from '../../src/domain/hostname.ts';
import { parseMac } from '../../src/domain/mac.ts';
import { renderYaml } from '../../src/output/yaml.ts';
import { listCommands, parseCommandLine, upc } from '../fixture.ts';
import { instantClock } from './cell.ts';
import { listenOnLoopback } from './fault-server.ts';
import { isSoakTest } from './soak.ts';

const manyRuns = { numRuns: isSoakTest ? 10_000 : 1_000 };
/** The number of runs for slow properties, in which each run takes milliseconds. */
const fewRuns = { numRuns: isSoakTest ? 10_000 : 150 };

/** Any string, with lone surrogates and control characters among normal text. */
const anyText = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string({ unit: 'grapheme' }),
  fc.string({
    unit: fc.constantFrom(
      ...'a \u0000\n\r\u001b\u007f\u009b\u061c\u200b\u200e\u2028\u202e\u2066\ufeff\ud800\udc00\u{e0041}',
    ),
  }),
  fc.array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 20 }).map((units) => String.fromCharCode(...units)),
);
/** Strings that look like an address, a MAC address or a hostname, but may be invalid. */
const almostValidText = fc.oneof(
  anyText,
  fc.ipV4(),
  fc.ipV4Extended(),
  fc.ipV6(),
  fc.string({ unit: fc.constantFrom(...'0123456789abcdefABCDEF:.-x%/[]') }),
  fc.domain(),
  fc.webUrl({ withFragments: true, withQueryParameters: true }),
);
const forbidden = /[\u0000-\u001f\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]|\p{Cs}|\p{Cf}/u;

/** Replaces -0 with 0, because JSON.stringify() writes -0 as 0. */
const withoutMinusZero = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

describe('T-13 output', () => {
  test('sanitize() leaves no character that could drive a terminal, and is idempotent', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const shown = sanitize(text);
        expect(shown).not.toMatch(forbidden);
        expect(sanitize(shown)).toBe(shown);
      }),
      manyRuns,
    );
  });

  test('JSON and YAML are parsed to the same value, and are as safe', async () => {
    const { parse } = await import('yaml');
    fc.assert(
      fc.property(fc.jsonValue({ stringUnit: 'binary' }).map(withoutMinusZero), (value) => {
        const json = escapeJson(JSON.stringify(value, null, 2));
        expect(JSON.parse(json)).toEqual(value);
        const yaml = [...renderYaml(value)].join('');
        expect(parse(yaml)).toEqual(value);
        for (const line of [...json.split('\n'), ...yaml.split('\n')]) expect(line).not.toMatch(forbidden);
      }),
      manyRuns,
    );
  });

  test('one unsafe item of a long YAML list is escaped, wherever it is, and the others are as usual', async () => {
    const { parse } = await import('yaml');
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 249 }), (at) => {
        const value = Array.from({ length: 250 }, (_, i) => ({ name: i === at ? 'a\u202eb' : 'no', i }));
        const yaml = [...renderYaml(value)].join('');
        expect(parse(yaml)).toEqual(value);
        expect(yaml).not.toMatch(/\u202e/);
        expect(yaml.match(/^- name: "no"$/gm)).toHaveLength(249);
      }),
      { numRuns: 20 },
    );
  });
});

describe('T-14 input', () => {
  test('an address is sent to a path below /1.3/ip_address or rejected', () => {
    fc.assert(
      fc.property(almostValidText, (text) => {
        try {
          const path = joinPathSegments(['ip_address', parseAddress(text).canonical]);
          expect(new URL(`https://api.example${path}`).pathname).toBe(path);
          expect(path).toMatch(/^\/1\.3\/ip_address\/[0-9a-f.:]+$/);
        } catch (error) {
          expect(error).toBeInstanceOf(UsageError);
        }
      }),
      manyRuns,
    );
  });

  test('no segment leaves the path', () => {
    fc.assert(
      fc.property(
        fc.array(fc.oneof(anyText, fc.constantFrom('..', '.', '%2e%2e', 'a/b', '')), { maxLength: 3 }),
        (segments) => {
          let path: string;
          try {
            path = joinPathSegments(segments);
          } catch {
            return;
          }
          expect(new URL(`https://api.example${path}`).href).toBe(`https://api.example/1.3/${segments.join('/')}`);
        },
      ),
      manyRuns,
    );
  });

  test('an address has one canonical spelling, which net.BlockList reads as the same address', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.ipV4(),
          fc.ipV6(),
          fc.ipV6().map((text) => text.toUpperCase()),
        ),
        (text) => {
          let parsed: ReturnType<typeof parseAddress>;
          try {
            parsed = parseAddress(text);
          } catch (error) {
            expect((error as Error).message).toContain('IPv4 address in IPv6 spelling');
            return;
          }
          expect(parseAddress(parsed.canonical)).toEqual(parsed);
          expect(toCanonicalAddress(text)).toBe(parsed.canonical);
          const family = parsed.family === 'IPv4' ? 'ipv4' : 'ipv6';
          const list = new BlockList();
          list.addAddress(text, family);
          expect(list.check(parsed.canonical, family)).toBe(true);
        },
      ),
      manyRuns,
    );
  });

  test('every accepted address is one for net.isIP()', () => {
    fc.assert(
      fc.property(almostValidText, (text) => {
        try {
          expect(`IPv${isIP(parseAddress(text).canonical)}`).toBe(parseAddress(text).family);
          expect(isIP(text)).not.toBe(0);
        } catch (error) {
          if (!(error instanceof UsageError)) throw error;
        }
      }),
      manyRuns,
    );
  });

  test.each<[string, (text: string) => unknown]>([
    ['address', parseAddress],
    ['MAC address', parseMac],
    ['hostname', parseHostname],
    ['origin', (text) => parseOrigin(text, '--api-url')],
  ])('a bad %s is a usage error and nothing else', (_what, parse) => {
    fc.assert(
      fc.property(almostValidText, (text) => {
        try {
          parse(text);
        } catch (error) {
          expect(error).toBeInstanceOf(UsageError);
        }
      }),
      manyRuns,
    );
  });

  test('an accepted hostname is accepted again unchanged', () => {
    fc.assert(
      fc.property(almostValidText, (text) => {
        let name: string;
        try {
          name = parseHostname(text);
        } catch {
          return;
        }
        expect(parseHostname(name)).toBe(name);
        expect(name).toMatch(/^[a-z0-9.-]{3,253}$/);
      }),
      manyRuns,
    );
  });
});

describe('T-1, T-2, T-4 the wait before a retry', () => {
  test('is at least 100 ms, at most 8 s, and grows', () => {
    const chance = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 2 }), chance, (attempt, random) => {
        const result = { kind: 'failure', failure: 'reset' } as const;
        const decision = decideRetry({ method: 'GET', attempt, result, remainingMs: 60_000, now: 0, random });
        if (!decision.retry) throw new Error('a GET is tried again');
        expect(decision.waitMs).toBe(Math.max(100, random * 500 * 2 ** attempt));
      }),
      manyRuns,
    );
  });

  test('never exceeds the deadline or 30 s of Retry-After, and a fourth attempt is never made', () => {
    const header = fc.option(
      fc.oneof(
        anyText,
        fc.integer().map(String),
        fc.date({ noInvalidDate: true }).map((date) => date.toUTCString()),
      ),
      { nil: undefined },
    );
    fc.assert(
      fc.property(
        fc.constantFrom('GET', 'POST', 'PATCH', 'DELETE'),
        fc.integer({ min: 1, max: 5 }),
        fc.integer({ min: 100, max: 599 }),
        header,
        fc.integer({ min: 0, max: 100_000 }),
        (method, attempt, status, retryAfter, remainingMs) => {
          const now = 1_700_000_000_000;
          const wait = parseRetryAfter(retryAfter, now);
          if (wait !== undefined) expect(wait >= 0 && wait <= 86_400_000).toBe(true);
          const decision = decideRetry({
            method,
            attempt,
            result: { kind: 'response', status, retryAfter },
            remainingMs,
            now,
            random: 0.9,
          });
          if (!decision.retry) return;
          expect(attempt).toBeLessThan(3);
          expect(decision.waitMs).toBeLessThan(remainingMs);
          expect(decision.waitMs).toBeLessThanOrEqual(30_000);
          expect(method === 'GET' || status === 429).toBe(true);
        },
      ),
      manyRuns,
    );
  });
});

const exitCodes = new Set<number>(Object.values(exit));
const stackLine = /^\s+at .*:\d+:\d+\)?$/m;

describe('T-12 any response of the API', () => {
  test('is shown or rejected, never as undefined and never with a stack', async () => {
    let body = '';
    let status = 200;
    const server = await listenOnLoopback((_request, response) => {
      response.writeHead(status, { 'content-type': 'application/json' }).end(body);
    });
    const env = { UPCLOUD_TOKEN: 'ucat_sandbox', UPCLOUD_DEBUG_API_BASE_URL: server.origin };
    const value = fc.jsonValue({ stringUnit: 'grapheme', maxDepth: 2 });
    const createField = (usual: string) => fc.oneof({ weight: 6, arbitrary: fc.constant(usual) }, value);
    const ip = fc.record(
      {
        access: createField('public'),
        address: createField('192.0.2.10'),
        family: createField('IPv4'),
        zone: createField('fi-hel2'),
        ptr_record: createField('x.example.com'),
        server: fc.oneof(createField('0078c168-d578-4a64-95cf-07376f1dc524'), fc.constant(null)),
        mac: value,
        release_policy: value,
      },
      { requiredKeys: ['access', 'address', 'family', 'zone'] },
    );
    const response = fc.oneof(
      value,
      ip.map((one) => ({ ip_address: one })),
      fc.array(ip, { maxLength: 3 }).map((list) => ({ ip_addresses: { ip_address: list } })),
      fc.record({ error: fc.record({ error_code: createField('SOME_CODE'), error_message: value }) }),
      fc.record({ type: createField('https://developers.upcloud.com/#ERROR_X'), title: value, invalid_params: value }),
    );
    const line = fc.constantFrom(
      'ip list',
      'ip list -o csv',
      'ip list --json',
      'ip show 192.0.2.10',
      'ip show 192.0.2.10 -o yaml',
    );
    await fc.assert(
      fc.asyncProperty(line, response, fc.constantFrom(200, 200, 200, 400, 404, 409), async (argv, json, anyStatus) => {
        body = JSON.stringify(json);
        status = anyStatus;
        const { code, out, err } = await upc(argv, { env, clock: instantClock });
        expect(exitCodes).toContain(code);
        if (!body.includes('undefined')) expect(`${out}${err}`).not.toMatch(/\bundefined\b/);
        expect(`${out}${err}`).not.toMatch(/\[object |Unexpected error/);
        expect(err).not.toMatch(stackLine);
        if (code !== 0) expect(out).toBe('');
      }),
      fewRuns,
    );
    await server.close();
  });
});

/**
 * The names of all commands, except for those that run until a signal, and except for `upc sandbox`, which writes
 * files.
 */
const names = [...new Set(listCommands((await parseCommandLine()).program).map((command) => command.name()))].filter(
  (name) => !['upc', 'serve', 'guard', 'sandbox'].includes(name),
);

test('any command line ends with a documented exit code and without a stack', async () => {
  const word = fc.oneof(
    {
      weight: 6,
      arbitrary: fc.constantFrom(...names),
    },
    {
      weight: 3,
      arbitrary: fc.constantFrom(
        '192.0.2.10',
        'keep',
        '-',
        '--',
        '--json',
        '-o',
        'csv',
        '--timeout',
        '0',
        '1e9',
        '--columns',
        '--sort',
        '--server',
        '--to',
        '--all',
        '--help',
        '--version',
        'help',
      ),
    },
    { weight: 1, arbitrary: anyText },
  );
  const env = { UPCLOUD_TOKEN: 'ucat_sandbox', UPCLOUD_DEBUG_API_BASE_URL: 'http://127.0.0.1:1' };
  await fc.assert(
    fc.asyncProperty(fc.array(word, { maxLength: 8 }), async (argv) => {
      const { code, out, err } = await upc(argv, { env, clock: instantClock });
      expect(exitCodes).toContain(code);
      expect(`${out}${err}`).not.toMatch(/Unexpected error/);
      expect(err).not.toMatch(stackLine);
    }),
    fewRuns,
  );
});
