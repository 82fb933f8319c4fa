/**
 *               listed                    lost
 *   listing ──────────────→ watching ──────────────→ pausing
 *    ↑   │ lost, forgotten   │    ↑                     │
 *    due │      ┌─ forgotten ┘    └──────── due ────────┘
 *    │   ↓      ↓
 *    resting ←──┘            stop: from anywhere → stopped (terminal)
 *
 * - `listing`: reading the prefix, page by page · `watching`: what happened since comes in
 * - `resting`: waiting to list · `pausing`: waiting to resume the watch where it was
 */
export type ReflectorState = 'listing' | 'watching' | 'resting' | 'pausing' | 'stopped';

/**
 * - `listed`: the list is complete · `lost`: the store did not answer, or ended the watch; its history is as it was
 * - `forgotten`: the revision that was read or watched is compacted · `due`: the wait is over · `stop`: nobody listens
 */
export type ReflectorInput = 'listed' | 'lost' | 'forgotten' | 'due' | 'stop';

/** Every state × input pair has a row. What cannot come in a state changes nothing. */
const next: Record<ReflectorState, Record<ReflectorInput, ReflectorState>> = {
  listing: { listed: 'watching', lost: 'resting', forgotten: 'resting', due: 'listing', stop: 'stopped' },
  watching: { listed: 'watching', lost: 'pausing', forgotten: 'resting', due: 'watching', stop: 'stopped' },
  resting: { listed: 'resting', lost: 'resting', forgotten: 'resting', due: 'listing', stop: 'stopped' },
  pausing: { listed: 'pausing', lost: 'pausing', forgotten: 'pausing', due: 'watching', stop: 'stopped' },
  stopped: { listed: 'stopped', lost: 'stopped', forgotten: 'stopped', due: 'stopped', stop: 'stopped' },
};

export const afterInput = (from: ReflectorState, input: ReflectorInput): ReflectorState => next[from][input];
