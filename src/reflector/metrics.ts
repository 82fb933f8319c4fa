import type { Counter, Family, Meter } from '../base/meter.ts';

export interface ReflectorMetrics {
  readonly lists: Counter;
  readonly watches: Counter;
  /** Lists and watches that ended, by the code of the storage error, or `ended` without one. */
  readonly failures: Family<Counter, 'what' | 'code'>;
  /** Events that had been told before: a backend that resumes at the wrong place. */
  readonly repeated: Counter;
}

export function reflectorMetrics(meter: Meter): ReflectorMetrics {
  return {
    lists: meter.counter('crowsnest_reflector_lists_total', 'Lists of the whole prefix that were begun.').with({}),
    watches: meter
      .counter('crowsnest_reflector_watches_total', 'Watches of the whole prefix that were opened.')
      .with({}),
    failures: meter.counter('crowsnest_reflector_failures_total', 'Lists and watches that ended.', ['what', 'code']),
    repeated: meter
      .counter('crowsnest_reflector_repeated_events_total', 'Revisions that the store told a second time.')
      .with({}),
  };
}
