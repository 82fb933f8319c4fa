import { bootstrapFlowControl } from '../../api/flowcontrol/bootstrap-flow-control.ts';
import type { Clock } from '../../base/clock.ts';
import type { Logger } from '../../base/logger.ts';
import { pause } from '../../base/pause.ts';
import { ApiError } from '../../machinery/api-error.ts';
import { listEverything } from '../../registry/list-everything.ts';
import type { DeleteOptions, RestStorage } from '../../registry/rest-storage.ts';
import type { StoredObject } from '../../translate/stored-object.ts';
import { makeStartObjects } from '../start-objects.ts';
import { bootstrapObjects, type FlowControlStore, isUnwanted, producer } from './bootstrap-objects.ts';

/** They are looked at this often. */
const periodMs = 60_000;

export interface BootstrapKeeperOptions {
  readonly levels: KeptStore;
  readonly schemas: KeptStore;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Aborted when nobody needs them any more. */
  readonly signal: AbortSignal;
}

type KeptStore = FlowControlStore & Pick<RestStorage, 'list' | 'delete'>;

/** Makes what every cluster has of flow control, and keeps it so until aborted. Resolves then; does not reject. */
export async function keepBootstrapObjects(options: BootstrapKeeperOptions): Promise<void> {
  const { levels, schemas, clock, logger, signal } = options;
  const { priorityLevels, flowSchemas } = bootstrapFlowControl();
  const objects = bootstrapObjects(levels, schemas);
  while (!signal.aborted) {
    await makeStartObjects({ objects, clock, logger, signal });
    try {
      await removeUnwanted(schemas, new Set(Object.keys(flowSchemas)), signal);
      await removeUnwanted(levels, new Set(Object.keys(priorityLevels)), signal);
    } catch (error) {
      if (!signal.aborted) logger.warn('what flow control has no more is still there', { error });
    }
    await pause(periodMs, clock, signal);
  }
}

/** What another version of the server made and kept, and this one does not have. */
async function removeUnwanted(store: KeptStore, names: ReadonlySet<string>, signal: AbortSignal): Promise<void> {
  for (const object of (await store.list({ namespace: '' }, listEverything)).items) {
    if (signal.aborted) return;
    const { name } = object;
    if (isUnwanted(object.parse(), name, names)) await deleteAsSeen(store, object);
  }
}

/** Unless it has gone, or says something else by now. */
async function deleteAsSeen(store: KeptStore, { name, revision }: StoredObject): Promise<void> {
  const preconditions = { uid: undefined, resourceVersion: String(revision) };
  const options: DeleteOptions = {
    gracePeriodSeconds: undefined,
    preconditions,
    propagationPolicy: 'Background',
    orphanDependents: undefined,
  };
  try {
    await store.delete({ namespace: '', name }, options, producer);
  } catch (error) {
    if (!(error instanceof ApiError) || (error.code !== 404 && error.code !== 409)) throw error;
  }
}
