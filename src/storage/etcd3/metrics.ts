import { type Meter, silentMeter } from '../../base/meter.ts';

/** Doubling from 0.5 ms: a healthy etcd answers in 1 to 10 ms, and a sick one in seconds. */
const seconds = [0.0005, 0.001, 0.002, 0.004, 0.008, 0.016, 0.032, 0.064, 0.128, 0.256, 0.512, 1, 2, 4, 8, 16];

const operations = ['range', 'txn', 'compact', 'leaseGrant', 'status', 'authenticate'] as const;

/** The unary requests that are sent to etcd. */
export type EtcdOperation = (typeof operations)[number];

/** How a transaction whose answer was lost came out. */
const outcomes = ['applied', 'not-applied', 'unknown'] as const;
export type LostOutcome = (typeof outcomes)[number];

export function etcdMetrics(meter: Meter = silentMeter) {
  const durations = meter.histogram(
    'etcd_request_duration_seconds',
    'Time from sending one request to etcd to its answer, by operation.',
    seconds,
    ['operation'],
  );
  const requests = meter.counter('etcd_requests_total', 'Requests sent to etcd, by operation.', ['operation']);
  const errors = meter.counter('etcd_request_errors_total', 'Requests to etcd that failed, by operation.', [
    'operation',
  ]);
  const lost = meter.counter(
    'etcd_lost_transactions_total',
    'Transactions whose answer was lost, by what reading back found.',
    ['outcome'],
  );
  const perOperation = new Map(
    operations.map((operation) => [
      operation,
      {
        duration: durations.with({ operation }),
        total: requests.with({ operation }),
        errors: errors.with({ operation }),
      },
    ]),
  );
  const perOutcome = new Map(outcomes.map((outcome) => [outcome, lost.with({ outcome })]));
  return {
    /** One attempt of one request, answered or failed after `elapsedMs`. */
    request(operation: EtcdOperation, elapsedMs: number, failed: boolean): void {
      const child = perOperation.get(operation);
      child?.duration.observe(elapsedMs / 1000);
      child?.total.add();
      if (failed) child?.errors.add();
    },
    lost: (outcome: LostOutcome): void => perOutcome.get(outcome)?.add(),
  };
}

export type EtcdMetrics = ReturnType<typeof etcdMetrics>;
