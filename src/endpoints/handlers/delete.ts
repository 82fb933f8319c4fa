import type { Status } from '../../machinery/api-error.ts';
import { deleteOptionsOf } from '../options/delete-options.ts';
import { respondStatus } from '../response/respond.ts';
import type { Handler } from './handler.ts';
import { outputOf } from './output.ts';
import { respondObject } from './respond-object.ts';
import { objectScopeOf } from './scope.ts';

/**
 * DELETE of one object: a Status when it is gone, or the object itself when it waits for grace or finalizers and for the
 * resources that always answer so. 202 only for what `orphanDependents=false` leaves behind, as in the original.
 */
export const deleteObject: Handler = async (request, { served, store }, deps) => {
  const scope = objectScopeOf(request, served);
  const output = outputOf(request, served);
  const { dryRun, ignoreReadError, ...options } = await deleteOptionsOf(request, deps.limits, 'delete');
  const context = request.context.with({ dryRun });
  if (ignoreReadError) {
    await store.deleteUnreadable(scope, context);
    return respondStatus(request, unread(scope.name, served.kind));
  }
  const { deleted, bytes, name, uid } = await store.delete(scope, options, context);
  const code = !deleted && options.orphanDependents === false ? 202 : 200;
  if (!deleted || served.returnsDeletedObject === true)
    return respondObject(request, code, output, served, bytes, deps);
  const status: Status = {
    kind: 'Status',
    apiVersion: 'v1',
    metadata: {},
    status: 'Success',
    details: {
      name,
      ...(served.group === '' ? {} : { group: served.group }),
      kind: served.resource,
      ...(uid === '' ? {} : { uid }),
    },
  };
  return respondStatus(request, status);
};

/** What is said of an object that went unread: less than of others, and by its kind. */
const unread = (name: string, kind: string): Status => ({
  kind: 'Status',
  apiVersion: 'v1',
  metadata: {},
  status: 'Success',
  details: { name, kind },
  code: 200,
});
