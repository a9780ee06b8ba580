import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { UsageError } from '../../src/core/errors.ts';
import { parsePtrFile } from '../../src/domain/ptr-file.ts';

const parseToPairs = (text: string) => parsePtrFile(text).map(({ address, hostname }) => [address, hostname]);

function catchUsageError(text: string): UsageError {
  try {
    parsePtrFile(text);
  } catch (error) {
    if (error instanceof UsageError) return error;
    throw error;
  }
  throw new Error('was taken');
}

describe('a reverse DNS file', () => {
  test('has lines of address and hostname, with comments, blank lines, tabs or CRLF', () => {
    expect(
      parsePtrFile('# mail\r\n\r\n  192.0.2.10 \t Mail.Example.com.  # the old one\r\n2001:DB8::1\tbücher.example\r\n'),
    ).toEqual([
      { address: '192.0.2.10', hostname: 'mail.example.com', line: 3 },
      { address: '2001:db8:0:0:0000:0000:0000:0001', hostname: 'xn--bcher-kva.example', line: 4 },
    ]);
  });

  test.each([
    ['with its header', 'address,ptr_record\n192.0.2.10,a.example.com\n'],
    ['without a header', '192.0.2.10,a.example.com'],
    ['quoted and spaced', '"address","ptr_record"\r\n"192.0.2.10" , "a.example.com"\r\n'],
  ])('may be CSV %s', (_, text) => {
    expect(parseToPairs(text)).toEqual([['192.0.2.10', 'a.example.com']]);
  });

  test('has no entries if it has only comments and blank lines', () => {
    expect(parseToPairs('')).toEqual([]);
    expect(parseToPairs('# nothing\n\n')).toEqual([]);
  });

  test('may have one hostname for several addresses, and duplicate lines', () => {
    expect(
      parseToPairs(
        '192.0.2.1 a.example.com\n192.0.2.2 a.example.com\n2001:db8::1 a.example.com\n2001:db8:0::1 A.example.com',
      ),
    ).toEqual([
      ['192.0.2.1', 'a.example.com'],
      ['192.0.2.2', 'a.example.com'],
      ['2001:db8:0:0:0000:0000:0000:0001', 'a.example.com'],
    ]);
  });

  test('is rejected as a whole, with the number of every bad line', () => {
    const error = catchUsageError(
      [
        '192.0.2.1 a.example.com',
        '192.0.2.300 a.example.com',
        '192.0.2.2',
        '192.0.2.3 one.example.com two.example.com',
        '# comment',
        '192.0.2.4 localhost',
        '192.0.2.1 b.example.com',
        '192.0.2.5,',
        '192.0.2.6 bad_name.example.com',
        'address,ptr_record',
      ].join('\n'),
    );
    expect(error.message).toBe(
      [
        "Line 2: '192.0.2.300' is not an IP address.",
        'Line 3: 192.0.2.2 has no hostname.',
        'Line 4: 192.0.2.3 has 2 hostnames, but an address can have only one PTR record.',
        "Line 6: 'localhost' is not a hostname: it has no domain.",
        'Line 7: 192.0.2.1 has the hostname b.example.com, but line 1 has a.example.com: an address can have only one PTR record.',
        'Line 8: 192.0.2.5 has no hostname.',
        "Line 9: 'bad_name.example.com' is not a hostname: 'bad_name' is not a valid label.",
        "Line 10: 'address' is not an IP address.",
      ].join('\n'),
    );
    expect(error.hint).toBe('Write an address and one hostname on each line; # begins a comment. Nothing was sent.');
    expect(error.exitCode).toBe(2);
  });

  test('that contains JSON is rejected with a message about JSON', () => {
    expect(catchUsageError('[\n  {"address": "192.0.2.1"}\n]').message).toBe(
      'The file contains JSON instead of lines of `address hostname`.',
    );
  });

  test('with any text is parsed or throws UsageError', () => {
    const word = fc.oneof(
      fc.constantFrom(
        '192.0.2.1',
        '2001:db8::1',
        'a.example.com',
        ',',
        '#',
        '"',
        '\t',
        ' ',
        '\n',
        '\r\n',
        'address,ptr_record',
      ),
      fc.string({ unit: 'binary' }),
    );
    fc.assert(
      fc.property(fc.array(word), (words) => {
        try {
          for (const entry of parsePtrFile(words.join(''))) {
            expect(parseToPairs(`${entry.address} ${entry.hostname}`)).toEqual([[entry.address, entry.hostname]]);
          }
        } catch (error) {
          expect(error).toBeInstanceOf(UsageError);
        }
      }),
    );
  });
});
