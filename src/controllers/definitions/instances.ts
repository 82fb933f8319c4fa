import type { Condition } from '../../api/apiextensions/definition-conditions.ts';
import { ApiError } from '../../machinery/api-error.ts';
import type { RequestContext } from '../../machinery/request-context.ts';
import { listEverything } from '../../registry/list-everything.ts';
import type { DeleteOptions, RestStorage } from '../../registry/rest-storage.ts';

export type InstanceStore = Pick<RestStorage, 'list' | 'deleteCollection'>;

export interface InstancesLeft {
  readonly condition: Condition;
  /** Nothing is left of them. */
  readonly gone: boolean;
}

const plain: DeleteOptions = {
  gracePeriodSeconds: undefined,
  preconditions: { uid: undefined, resourceVersion: undefined },
  propagationPolicy: '',
  orphanDependents: undefined,
};

const terminating = (status: 'True' | 'False', reason: string, message: string): Condition => ({
  type: 'Terminating',
  status,
  reason,
  message,
});

export const deletionInProgress = terminating(
  'True',
  'InstanceDeletionInProgress',
  'CustomResource deletion is in progress',
);

/**
 * Deletes all objects of a definition that is going, and looks whether they have gone: those with finalizers may take a
 * while. `store`: undefined when the definition was never served.
 */
export async function deleteInstances(
  store: InstanceStore | undefined,
  request: RequestContext,
): Promise<InstancesLeft> {
  if (store === undefined) {
    return { gone: true, condition: terminating('False', 'NeverEstablished', 'resource was never established') };
  }
  const everywhere = { namespace: '' };
  try {
    await store.deleteCollection(everywhere, listEverything, plain, request);
    const { items } = await store.list(everywhere, listEverything);
    if (items.length > 0) return { gone: false, condition: deletionInProgress };
    return { gone: true, condition: terminating('False', 'InstanceDeletionCompleted', 'removed all instances') };
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    const message = `could not issue all deletes: ${error.message}`;
    return { gone: false, condition: terminating('True', 'InstanceDeletionFailed', message) };
  }
}
