/** Made by .dev/generate-types.ts: a decoded object is of such a type. Every field may be absent. */
import type { EventSource, ObjectReference } from './core-v1.generated.ts';
import type { ObjectMeta } from './meta-v1.generated.ts';

export type Event = {
  action?: string;
  apiVersion?: string;
  deprecatedCount?: number;
  deprecatedFirstTimestamp?: string | null;
  deprecatedLastTimestamp?: string | null;
  deprecatedSource?: EventSource;
  eventTime?: string | null;
  kind?: string;
  metadata?: ObjectMeta;
  note?: string;
  reason?: string;
  regarding?: ObjectReference;
  related?: ObjectReference;
  reportingController?: string;
  reportingInstance?: string;
  series?: EventSeries;
  type?: string;
};

export type EventSeries = {
  count?: number;
  lastObservedTime?: string | null;
};
