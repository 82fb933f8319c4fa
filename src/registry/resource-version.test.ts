import { describe, expect, test } from 'vitest';
import { listVersion, readVersion } from './resource-version.ts';

describe('registry/resource-version', () => {
  test('nothing, zero and a number', () => {
    expect(listVersion('')).toMatchObject({ any: true, revision: 0 });
    expect(listVersion('0')).toMatchObject({ any: true, revision: 0 });
    expect(listVersion('12')).toMatchObject({ any: false, exactly: 12n, revision: 12 });
    expect(readVersion('007')).toMatchObject({ any: false, revision: 7 });
  });

  test('more than a revision can be is known exactly, and as no revision', () => {
    expect(listVersion('9007199254740993')).toMatchObject({ exactly: 9007199254740993n, revision: undefined });
    expect(listVersion('18446744073709551615')).toMatchObject({ exactly: 18446744073709551615n });
  });

  test.each([
    ['abc', 'invalid syntax'],
    ['-1', 'invalid syntax'],
    ['+1', 'invalid syntax'],
    ['1.0', 'invalid syntax'],
    [' 1', 'invalid syntax'],
    ['18446744073709551616', 'value out of range'],
  ])('%s is refused: %s', (text, why) => {
    const message = `resourceVersion: Invalid value: "${text}": strconv.ParseUint: parsing "${text}": ${why}`;
    expect(() => listVersion(text)).toThrow(`invalid resource version: ${message}`);
    expect(() => readVersion(text)).toThrow(message);
  });
});
