import type { Clock } from '../base/clock.ts';
import type { Logger } from '../base/logger.ts';
import type { Meter } from '../base/meter.ts';
import type { ObjectShape } from '../translate/object-shape.ts';
import type { CacheReader } from '../watchcache/cache-reader.ts';
import type { DispatchLimits } from './limits.ts';
import type { MeteredResource } from './metrics.ts';

export interface DispatcherOptions extends MeteredResource {
  readonly shape: ObjectShape;
  /** The field by which watches are indexed besides namespace and name: `spec.nodeName` for pods. */
  readonly triggerField?: string | undefined;
  readonly cache: Pick<CacheReader, 'history' | 'revision'>;
  readonly clock: Clock;
  /** In [0, 1). */
  readonly random: () => number;
  readonly bookmarkIntervalMs?: number;
  readonly limits?: DispatchLimits;
  readonly meter: Meter;
  /** Hears of what is a defect of this server and ends a watch: a sink that throws, an event that cannot be made. */
  readonly logger?: Logger;
}
