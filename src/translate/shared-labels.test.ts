import { expect, test } from 'vitest';
import { sharedLabels } from './shared-labels.ts';

const read = (text: string) => ({ text });

test('the same text gives the same labels, another text gives others', () => {
  const first = sharedLabels('{"a":"1"}', read);
  expect(sharedLabels('{"a":"1"}', read)).toBe(first);
  expect(sharedLabels('{"a":"2"}', read)).toEqual({ text: '{"a":"2"}' });
});

test('what is remembered is bounded, in number and length', () => {
  const first = sharedLabels('first', read);
  for (let i = 0; i < 5000; i++) sharedLabels(`text ${i}`, read);
  expect(sharedLabels('first', read)).not.toBe(first);
  expect(sharedLabels('text 4999', () => ({ made: 'anew' }))).toEqual({ text: 'text 4999' });
  const long = 'x'.repeat(2000);
  expect(sharedLabels(long, read)).not.toBe(sharedLabels(long, read));
});
