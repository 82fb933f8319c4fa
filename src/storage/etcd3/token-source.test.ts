import { describe, expect, test } from 'vitest';
import type { Answer } from './failure.ts';
import { failureOf } from './failure.ts';
import { TokenSource } from './token-source.ts';

describe('storage/etcd3/token-source', () => {
  const sourceOf = (...answers: Answer<string | undefined>[]) => {
    const asked: number[] = [];
    const source = new TokenSource(() => {
      asked.push(asked.length);
      return Promise.resolve(answers.shift() ?? { value: undefined });
    });
    return { asked, source };
  };

  test('one token is bought for all, and again only when it was forgotten', async () => {
    const { asked, source } = sourceOf({ value: 'a' }, { value: 'b' });
    expect(await Promise.all([source.get(), source.get()])).toEqual([{ value: 'a' }, { value: 'a' }]);
    source.forget('older');
    expect(await source.get()).toEqual({ value: 'a' });
    source.forget('a');
    const next = source.get();
    // A second request that was refused with the old one.
    source.forget('a');
    expect([await next, await source.get()]).toEqual([{ value: 'b' }, { value: 'b' }]);
    expect(asked).toHaveLength(2);
  });

  test('a failure is told to all who waited, and not kept', async () => {
    const failure = failureOf(new Error('no'), 'authenticate');
    const { asked, source } = sourceOf({ failure }, { value: 'a' });
    expect(await Promise.all([source.get(), source.get()])).toEqual([{ failure }, { failure }]);
    expect(await source.get()).toEqual({ value: 'a' });
    expect(asked).toHaveLength(2);
  });
});
