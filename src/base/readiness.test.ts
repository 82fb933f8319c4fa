import { describe, expect, test } from 'vitest';
import { afterSignal } from './readiness.ts';

describe('base/readiness', () => {
  test('K35 pending and ready follow each other; stopped is for ever', () => {
    expect(afterSignal('pending', 'synced')).toBe('ready');
    expect(afterSignal('ready', 'lost')).toBe('pending');
    expect(afterSignal('pending', 'lost')).toBe('pending');
    for (const state of ['pending', 'ready'] as const) expect(afterSignal(state, 'stop')).toBe('stopped');
    for (const signal of ['synced', 'lost', 'stop'] as const) expect(afterSignal('stopped', signal)).toBe('stopped');
  });
});
