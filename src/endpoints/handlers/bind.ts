import { bindPod, validateBinding } from '../../api/core/pod-binding.ts';
import { metadataField, setMetadataField } from '../../machinery/object-meta.ts';
import { aggregateText, badRequest, unknownError } from '../../machinery/status-errors.ts';
import { decodeObject } from '../body/decode-object.ts';
import { writeOptionsOf } from '../options/write-options.ts';
import { respondStatus } from '../response/respond.ts';
import { done } from './done.ts';
import type { Handler } from './handler.ts';
import { matchNamespace } from './match-object.ts';
import { objectScopeOf } from './scope.ts';

const kind = { group: '', version: 'v1', kind: 'Binding' } as const;

/** POST of a pod's `binding`: a scheduler found a node for it. What else is said of the pod is not looked at again. */
export const bind: Handler = async (request, { served, store }, deps) => {
  const scope = objectScopeOf(request, served);
  const { dryRun, fieldManager, fieldValidation } = writeOptionsOf(request.query, 'CreateOptions');
  const binding = await decodeObject(request, { ...served, ...kind }, fieldValidation, deps.limits);
  matchNamespace(binding, scope.namespace);
  if (metadataField(binding, 'name') !== scope.name) {
    throw badRequest('name in URL does not match name in Binding object');
  }
  const errors = validateBinding(binding);
  if (errors.length > 0) throw unknownError(aggregateText(errors));
  const context = request.context.with({ dryRun, fieldManager });
  await store.update(
    scope,
    'binding',
    (pod) => {
      const uid = metadataField(binding, 'uid');
      const bound = bindPod(pod, binding, deps.clock.wallTime());
      if (uid !== '') setMetadataField(bound, 'uid', uid);
      setMetadataField(bound, 'resourceVersion', metadataField(binding, 'resourceVersion'));
      return bound;
    },
    context,
  );
  return respondStatus(request, done);
};
