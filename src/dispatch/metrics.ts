import type { Counter, Gauge, Histogram, Meter } from '../base/meter.ts';
import type { SharedBatch } from './frame-batch.ts';
import type { WatchEnd } from './watch-end.ts';

/** The labels of one resource's children. */
export interface MeteredResource {
  readonly group: string;
  readonly version: string;
  readonly resource: string;
}

/** What one dispatcher counts. Nothing here costs more than a few additions, and nothing is done per delivery. */
export interface DispatchMetrics {
  /** An event was taken in, whoever wants it. */
  dispatched(): void;
  /** One batch went to this many watchers. */
  delivered(batch: SharedBatch, watchers: number): void;
  /** Objects looked at to make initial events. */
  initialEvents(count: number): void;
  ended(reason: WatchEnd): void;
  open(count: number): void;
  lagging(count: number): void;
  cohorts(count: number): void;
  /** From the first event that was pending until all live watchers had been written to. */
  turnTook(seconds: number): void;
}

const reasons: readonly WatchEnd[] = ['client', 'deadline', 'lagging', 'shutdown', 'error', 'reset', 'broken'];

const dispatchSeconds = [0.0001, 0.0005, 0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5];

function declare(meter: Meter) {
  const byResource = ['group', 'resource'] as const;
  const byVersion = ['group', 'version', 'resource'] as const;
  return {
    dispatched: meter.counter(
      'apiserver_watch_cache_events_dispatched_total',
      'Counter of events dispatched in watch cache broken by resource type.',
      byResource,
    ),
    initialEvents: meter.counter(
      'apiserver_init_events_total',
      'Counter of init events processed in watch cache broken by resource type.',
      byResource,
    ),
    terminated: meter.counter(
      'apiserver_terminated_watchers_total',
      'Counter of watchers closed due to unresponsiveness broken by resource type.',
      byResource,
    ),
    took: meter.histogram(
      'apiserver_watch_events_dispatch_duration_seconds',
      'Histogram of watch event dispatch latency broken by resource type and pipeline stage.',
      dispatchSeconds,
      ['group', 'resource', 'stage'] as const,
    ),
    events: meter.counter('apiserver_watch_events_total', 'Number of events sent in watch clients', byVersion),
    bytes: meter.counter(
      'crowsnest_watch_bytes_total',
      'Bytes of watch events sent to clients, without transport framing.',
      byResource,
    ),
    ended: meter.counter('crowsnest_watches_ended_total', 'Watches ended, by reason.', [
      'group',
      'resource',
      'reason',
    ] as const),
    open: meter.gauge('crowsnest_watches_open', 'Watches open now.', byResource),
    lagging: meter.gauge(
      'crowsnest_watches_lagging',
      'Open watches that are not live: still reading state or history, or waiting for their client to take more.',
      byResource,
    ),
    cohorts: meter.gauge(
      'crowsnest_watch_cohorts',
      'Groups of watches that are owed identical bytes, so that selection and encoding happen once per group.',
      byResource,
    ),
  };
}

/** A family is declared once per meter, by whichever resource comes first. */
const declared = new WeakMap<Meter, ReturnType<typeof declare>>();

export function dispatchMetrics(meter: Meter, { group, version, resource }: MeteredResource): DispatchMetrics {
  let families = declared.get(meter);
  if (families === undefined) declared.set(meter, (families = declare(meter)));
  const labels = { group, resource };
  const dispatched: Counter = families.dispatched.with(labels);
  const initialEvents: Counter = families.initialEvents.with(labels);
  const terminated: Counter = families.terminated.with(labels);
  const took: Histogram = families.took.with({ ...labels, stage: 'cache_to_watcher' });
  const events: Counter = families.events.with({ ...labels, version });
  const bytes: Counter = families.bytes.with(labels);
  const open: Gauge = families.open.with(labels);
  const lagging: Gauge = families.lagging.with(labels);
  const cohorts: Gauge = families.cohorts.with(labels);
  const ended = new Map<WatchEnd, Counter>();
  for (const reason of reasons) ended.set(reason, families.ended.with({ ...labels, reason }));
  return {
    dispatched: () => dispatched.add(1),
    delivered(batch, watchers) {
      events.add(batch.frames.length * watchers);
      bytes.add(batch.byteLength * watchers);
    },
    initialEvents: (count) => initialEvents.add(count),
    ended(reason) {
      ended.get(reason)?.add(1);
      if (reason === 'lagging') terminated.add(1);
    },
    open: (count) => open.set(count),
    lagging: (count) => lagging.set(count),
    cohorts: (count) => cohorts.set(count),
    turnTook: (seconds) => took.observe(seconds),
  };
}
