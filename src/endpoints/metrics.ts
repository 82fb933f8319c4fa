import type { Meter } from '../base/meter.ts';

/** Which bound a request ran into. */
export type InFlightKind = 'readOnly' | 'mutating' | 'watch' | 'connect';

export function endpointMetrics(meter: Meter) {
  const current = meter.gauge('apiserver_current_inflight_requests', 'Requests in progress, by kind.', [
    'request_kind',
  ]);
  const dropped = meter.counter('apiserver_dropped_requests_total', 'Requests refused with 429, by kind.', [
    'request_kind',
  ]);
  const failed = meter.counter('crowsnest_request_panics_total', 'Requests that failed for a reason nobody foresaw.');
  const labelled = (request_kind: InFlightKind) => ({
    current: current.with({ request_kind }),
    dropped: dropped.with({ request_kind }),
  });
  return {
    readOnly: labelled('readOnly'),
    mutating: labelled('mutating'),
    watch: labelled('watch'),
    connect: labelled('connect'),
    panics: failed.with({}),
  };
}

export type EndpointMetrics = ReturnType<typeof endpointMetrics>;
