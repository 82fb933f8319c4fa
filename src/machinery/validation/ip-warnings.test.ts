import { describe, expect, test } from 'vitest';
import { cidrWarnings, ipWarnings } from './ip-warnings.ts';

// The words of kube-apiserver 1.37.2 for the same values.
describe('machinery/validation: addresses that should be written differently', () => {
  test.each([
    ['10.0.0.1', []],
    ['010.000.001.1', ['x: non-standard IP address "010.000.001.1" is invalid: use "10.0.1.1"']],
    ['2001:db8::1', []],
    ['::', []],
    ['2001:DB8:0:0::1', ['x: IPv6 address "2001:DB8:0:0::1" should be in RFC 5952 canonical format ("2001:db8::1")']],
    ['1:0:0:2:0:0:0:3', ['x: IPv6 address "1:0:0:2:0:0:0:3" should be in RFC 5952 canonical format ("1:0:0:2::3")']],
    ['1:0:2:3:4:5:6:7', []],
    ['::ffff:1.2.3.4', ['x: non-standard IP address "::ffff:1.2.3.4" is invalid: use "1.2.3.4"']],
    ['none', []],
    ['1.2.3.256', []],
    ['1::2::3', []],
    ['1:2:3:4:5:6:7', []],
  ])('%s', (value, wanted) => {
    expect(ipWarnings('x', value)).toEqual(wanted ?? []);
  });

  test.each([
    ['10.0.0.0/8', []],
    [
      '10.0.0.1/8',
      ['x: CIDR value "10.0.0.1/8" is ambiguous in this context (should be "10.0.0.0/8" or "10.0.0.1/32"?)'],
    ],
    ['010.0.0.0/8', ['x: non-standard CIDR value "010.0.0.0/8" is invalid: use "10.0.0.0/8"']],
    ['10.0.0.0/08', ['x: non-standard CIDR value "10.0.0.0/08" is invalid: use "10.0.0.0/8"']],
    ['2001:db8::/32', []],
    ['2001:DB8::/32', ['x: IPv6 CIDR value "2001:DB8::/32" should be in RFC 5952 canonical format ("2001:db8::/32")']],
    [
      '2001:db8::1/32',
      ['x: CIDR value "2001:db8::1/32" is ambiguous in this context (should be "2001:db8::/32" or "2001:db8::1/128"?)'],
    ],
    ['10.0.0.0/33', []],
    ['10.0.0.0', []],
  ])('%s', (value, wanted) => {
    expect(cidrWarnings('x', value)).toEqual(wanted);
  });
});
