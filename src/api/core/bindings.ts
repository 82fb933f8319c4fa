import type { JsonObject } from '../../machinery/json-value.ts';
import type { RequestContext } from '../../machinery/request-context.ts';
import { createOnly } from '../create-only.ts';
import type { VirtualResource } from '../virtual-resource.ts';

/** Puts the pod that a binding names where it says. Rejects with ApiError. */
export type Bind = (binding: JsonObject, namespace: string, request: RequestContext) => Promise<void>;

/** `v1` Binding: the way to bind pods that is older than their subresource. */
export const bindings = (bind: Bind): VirtualResource =>
  createOnly(
    { group: '', kind: 'Binding', resource: 'bindings', singular: 'binding', namespaced: true },
    async (binding, namespace, request) => {
      await bind(binding, namespace, request);
      return undefined;
    },
  );
