import type { JsonObject } from '../machinery/json-value.ts';
import type { StoreContext } from './store-context.ts';

/** What a client may leave out, and what Go writes in any case: as of here the object is compared with others. */
export function fillIn({ stored, shape }: StoreContext, object: JsonObject): void {
  object['kind'] = shape.kind;
  object['apiVersion'] = shape.apiVersion;
  stored.strategy.setDefaults(object);
  shape.fillZeroValues?.(object);
}
