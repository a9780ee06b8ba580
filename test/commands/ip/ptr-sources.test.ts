import { Readable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestSandbox, type TestSandbox } from '../../fixture.ts';

let b: TestSandbox;
beforeAll(async () => {
  b = await startTestSandbox();
});
afterAll(() => b.close());

const runPlan = async (stdin: string | Readable) => b.cli('ip ptr plan - --json', { stdin });
const formatSteps = (out: string) =>
  JSON.parse(out).map(({ address, action, to }: Record<string, string>) => `${address} ${action} ${to}`);

describe('reverse DNS from what people have', () => {
  test.each(['ip list', 'ip ptr list', 'ip float list', 'ip ptr export'])(
    'the CSV of upc %s asks for nothing: it is what the account has',
    async (line) => {
      const { out } = await b.cli(`${line} -o csv`);
      expect(await runPlan(out)).toMatchObject({ code: 0, out: '[]\n' });
    },
  );

  test('CSV with a changed PTR record is a plan to change it', async () => {
    const { out } = await b.cli('ip list -o csv');
    const edited = out.replace('failover.example.com', 'other.example.com');
    expect(edited).not.toBe(out);
    expect(formatSteps((await runPlan(edited)).out)).toEqual(['192.0.2.50 change other.example.com']);
  });

  test('a BIND reverse zone', async () => {
    const zone = `$ORIGIN 2.0.192.in-addr.arpa.
@ IN SOA ns1.example.com. root.example.com. ( 1 2 3 4 5 )
10 IN PTR www.example.com.
60 IN PTR spare.example.com.
`;
    expect(formatSteps((await runPlan(zone)).out)).toEqual(['192.0.2.60 add spare.example.com']);
  });

  test('a BIND forward zone', async () => {
    const zone = '$ORIGIN example.org.\n$TTL 300\nweb IN A 192.0.2.60\n* IN A 192.0.2.60\ntxt IN TXT "v=spf1"\n';
    expect(formatSteps((await runPlan(zone)).out)).toEqual(['192.0.2.60 add web.example.org']);
  });

  test('two names for one address in a forward zone are an error, not a choice', async () => {
    const zone = '$ORIGIN example.org.\na IN A 192.0.2.60\nb IN A 192.0.2.60\n';
    const { code, err, requests } = await runPlan(zone);
    expect({ code, requests }).toEqual({ code: 2, requests: [] });
    expect(err).toContain('Line 3');
  });

  test.each(['utf-16le', 'utf16be'])('%s with a byte order mark, as Windows PowerShell writes it', async (encoding) => {
    const bytes = Buffer.from('\ufeff192.0.2.60 spare.example.com\r\n', 'utf16le');
    const stdin = Readable.from([encoding === 'utf-16le' ? bytes : bytes.swap16()]);
    expect(formatSteps((await runPlan(stdin)).out)).toEqual(['192.0.2.60 add spare.example.com']);
  });

  test('UTF-8 with a byte order mark', async () => {
    expect(formatSteps((await runPlan('\ufeff192.0.2.60 spare.example.com\n')).out)).toEqual([
      '192.0.2.60 add spare.example.com',
    ]);
  });
});
