import { type ServiceIpRange, serviceIpRange } from '../api/core/service-ranges.ts';
import { objectsAt, stringsAt, textAt } from '../machinery/json/json-path.ts';
import type { JsonObject } from '../machinery/json-value.ts';
import type { LiveKind } from './live-kind.ts';

/** More addresses than this are not one range of services: a network of 64 bits. */
const maxSize = 2n ** 64n;

/** A range of which nothing is said is ready: there may be nobody who says it. */
function isReady(range: JsonObject): boolean {
  const condition = objectsAt(range, 'status', 'conditions').find((one) => textAt(one, 'type') === 'Ready');
  return condition === undefined || textAt(condition, 'status') === 'True';
}

/** The ranges of the ServiceCIDRs that are ready and not going. `kind`: of ServiceCIDRs, which is made later: hence a function. */
export const readyRanges = (kind: () => Pick<LiveKind, 'cache'> | undefined) => (): readonly ServiceIpRange[] => {
  const ranges = new Map<string, ServiceIpRange>();
  for (const stored of kind()?.cache.snapshot().objects(undefined, undefined) ?? []) {
    const object = stored.parse();
    if (stored.isBeingDeleted || !isReady(object)) continue;
    for (const text of stringsAt(object, 'spec', 'cidrs')) {
      const range = serviceIpRange(text);
      if (range !== undefined && range.size <= maxSize) ranges.set(range.text, range);
    }
  }
  return [...ranges.values()];
};
