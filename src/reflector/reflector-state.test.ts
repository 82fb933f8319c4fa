import { describe, expect, test } from 'vitest';
import { afterInput, type ReflectorInput, type ReflectorState } from './reflector-state.ts';

const inputs: readonly ReflectorInput[] = ['listed', 'lost', 'forgotten', 'due', 'stop'];
const states: readonly ReflectorState[] = ['listing', 'watching', 'resting', 'pausing', 'stopped'];

describe('reflector states', () => {
  test('stopped is for ever, and can be reached from anywhere', () => {
    for (const input of inputs) expect(afterInput('stopped', input)).toBe('stopped');
    for (const state of states) expect(afterInput(state, 'stop')).toBe('stopped');
  });

  test('only a complete list, or a pause after a watch, leads to a watch', () => {
    const ways = states.flatMap((state) =>
      inputs
        .filter((input) => state !== 'watching' && afterInput(state, input) === 'watching')
        .map((input) => [state, input]),
    );
    expect(ways).toEqual([
      ['listing', 'listed'],
      ['pausing', 'due'],
    ]);
  });

  test('a lost watch is resumed, a forgotten one listed anew, neither without a pause', () => {
    expect(afterInput('watching', 'lost')).toBe('pausing');
    expect(afterInput('watching', 'forgotten')).toBe('resting');
    expect(afterInput('resting', 'due')).toBe('listing');
    expect(afterInput('listing', 'lost')).toBe('resting');
  });
});
