import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { configMapKey } from './config-map-key.ts';
import { labelKey, labelValue } from './label.ts';
import { type NameRule, nameIsDns1035Label, nameIsDnsLabel, nameIsDnsSubdomain, nameIsPathSegment } from './names.ts';

const label = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/;
const dns1035 = /^[a-z]([-a-z0-9]*[a-z0-9])?$/;
const subdomain = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;
const name = /^([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]$/;

describe('machinery/validation: names', () => {
  const text = fc.string({ unit: fc.constantFrom('a', 'Z', '0', '-', '.', '_', '/', 'é', ' '), maxLength: 8 });

  test.each<[string, (text: string) => boolean, (text: string) => string[]]>([
    ['a label', (text) => label.test(text), (text) => nameIsDnsLabel(text, false)],
    ['an RFC 1035 label', (text) => dns1035.test(text), (text) => nameIsDns1035Label(text, false)],
    ['a subdomain', (text) => subdomain.test(text), (text) => nameIsDnsSubdomain(text, false)],
    ['a label value', (text) => text === '' || name.test(text), labelValue],
    [
      'a key of a ConfigMap',
      (text) => /^[-._a-zA-Z0-9]+$/.test(text) && !text.startsWith('..') && text !== '.',
      configMapKey,
    ],
    [
      'a label key',
      (text) => {
        const parts = text.split('/');
        const last = parts.at(-1) ?? '';
        return parts.length <= 2 && name.test(last) && (parts.length === 1 || subdomain.test(parts[0] ?? ''));
      },
      labelKey,
    ],
  ])('%s is what its pattern says', (_, pattern, rule) => {
    fc.assert(
      fc.property(text, (text) => {
        expect(rule(text).length === 0).toBe(pattern(text));
      }),
      { numRuns: 1_000 },
    );
  });

  test.each<[string, NameRule, number]>([
    ['label', nameIsDnsLabel, 63],
    ['RFC 1035 label', nameIsDns1035Label, 63],
    ['subdomain', nameIsDnsSubdomain, 253],
  ])('a %s has a longest length', (_, rule, length) => {
    expect(rule('a'.repeat(length), false)).toEqual([]);
    expect(rule('a'.repeat(length + 1), false)).toEqual([`must be no more than ${length} characters`]);
  });

  test('a generateName may end in a dash', () => {
    expect(nameIsDnsSubdomain('web-', true)).toEqual([]);
    expect(nameIsDnsSubdomain('web-', false)).toHaveLength(1);
    expect(nameIsDnsSubdomain('-', true)).toHaveLength(1);
  });

  test('a path segment is anything but dots, slashes and percent signs', () => {
    expect(nameIsPathSegment('system:node', false)).toEqual([]);
    expect(nameIsPathSegment('.', false)).toEqual(["may not be '.'"]);
    expect(nameIsPathSegment('..', true)).toEqual([]);
    expect(nameIsPathSegment('a/b%c', true)).toEqual(["may not contain '/'", "may not contain '%'"]);
  });
});
