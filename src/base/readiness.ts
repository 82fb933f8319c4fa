/**
 *   pending ⇄ ready
 *      ↘       ↓
 *        stopped        (terminal)
 */
export type Readiness = 'pending' | 'ready' | 'stopped';
export type ReadinessSignal = 'synced' | 'lost' | 'stop';

/** Every state × signal pair has a row: a new state or signal does not compile without one. */
const next: Record<Readiness, Record<ReadinessSignal, Readiness>> = {
  pending: { synced: 'ready', lost: 'pending', stop: 'stopped' },
  ready: { synced: 'ready', lost: 'pending', stop: 'stopped' },
  stopped: { synced: 'stopped', lost: 'stopped', stop: 'stopped' },
};

export const afterSignal = (from: Readiness, signal: ReadinessSignal): Readiness => next[from][signal];
