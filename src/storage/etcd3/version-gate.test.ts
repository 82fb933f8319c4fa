import { describe, expect, test } from 'vitest';
import type { Endpoint } from './endpoint.ts';
import { failureOf } from './failure.ts';
import { VersionGate, versionCanProgress } from './version-gate.ts';

const endpoint = (url: string) => ({ url }) as Endpoint;
const silent = { failure: failureOf(new Error('no answer'), 'status') };

describe('storage/etcd3/version-gate', () => {
  test('progress requests are trusted from 3.4.31 and 3.5.13 on, and in 3.6 and later', () => {
    const can = ['3.4.31', '3.4.40', '3.5.13', '3.5.21', '3.6.0', '3.6.0-rc.1', '3.10.0', '4.0.0'];
    const cannot = ['3.4.23', '3.4.30', '3.5.0', '3.5.12', '3.3.99', '2.3.8', '', 'not_decided', '3.5'];
    expect(can.filter((version) => !versionCanProgress(version))).toEqual([]);
    expect(cannot.filter(versionCanProgress)).toEqual([]);
  });

  test('every member that told its version must be able to; one that did not is not counted, but not used', async () => {
    const [a, b, c] = [endpoint('a'), endpoint('b'), endpoint('c')];
    const versions = new Map([
      [a, '3.5.13'],
      [b, '3.5.12'],
    ]);
    const gate = new VersionGate((asked) => {
      const version = versions.get(asked);
      return Promise.resolve(version === undefined ? silent : { value: { version } });
    });
    expect(gate.canProgress).toBe(false);
    await gate.check(c);
    expect(gate.canProgress).toBe(false);
    await gate.check(a);
    expect([gate.canProgress, gate.supports(a), gate.supports(c)]).toEqual([true, true, false]);
    await gate.check(b);
    expect(gate.canProgress).toBe(false);
    versions.set(b, '3.5.13');
    await gate.check(b);
    expect(gate.canProgress).toBe(true);
    versions.delete(b);
    await gate.check(b);
    expect([gate.canProgress, gate.supports(b)]).toEqual([true, true]);
  });

  test('a member is asked once for all who ask at the same time', async () => {
    let asked = 0;
    const gate = new VersionGate(() => {
      asked++;
      return Promise.resolve({ value: { version: '3.6.0' } });
    });
    const a = endpoint('a');
    await Promise.all([gate.check(a), gate.check(a)]);
    await gate.check(a);
    expect(asked).toBe(2);
  });
});
