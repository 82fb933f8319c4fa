import type { NetworkInterfaceInfo } from 'node:os';
import { describe, expect, test } from 'vitest';
import { advertisedAddress } from './advertised-endpoint.ts';

const at = (address: string, family: 'IPv4' | 'IPv6' = 'IPv4', internal = false): NetworkInterfaceInfo =>
  family === 'IPv4'
    ? { address, family, internal, netmask: '', mac: '', cidr: null }
    : { address, family, internal, netmask: '', mac: '', cidr: null, scopeid: 0 };

describe('server: where others reach this host', () => {
  test('what is configured counts', () => {
    expect(advertisedAddress('192.0.2.1', { eth0: [at('192.0.2.9')] })).toBe('192.0.2.1');
  });

  test('else the first address that is not of the host or the link alone, of IPv4 if there is one', () => {
    const interfaces = {
      lo: [at('127.0.0.1', 'IPv4', true)],
      eth0: [at('fe80::1', 'IPv6'), at('2001:db8::9', 'IPv6'), at('169.254.1.1'), at('192.0.2.9')],
    };
    expect(advertisedAddress('', interfaces)).toBe('192.0.2.9');
    expect(advertisedAddress('', { eth0: interfaces.eth0.slice(0, 3) })).toBe('2001:db8::9');
  });

  test('a host that nobody reaches has none', () => {
    expect(
      advertisedAddress('', { lo: [at('127.0.0.1', 'IPv4', true)], eth0: [at('fe80::1', 'IPv6')] }),
    ).toBeUndefined();
  });
});
