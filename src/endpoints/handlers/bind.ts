import { metadataField } from '../../machinery/object-meta.ts';
import { badRequest } from '../../machinery/status-errors.ts';
import { bindToNode, requireBinding } from '../../registry/bind-to-node.ts';
import { decodeObject } from '../body/decode-object.ts';
import { writeOptionsOf } from '../options/write-options.ts';
import { respondStatus } from '../response/respond.ts';
import { done } from './done.ts';
import type { Handler } from './handler.ts';
import { matchNamespace } from './match-object.ts';
import { outputWithoutTable } from './output.ts';
import { objectScopeOf } from './scope.ts';

const kind = { group: '', version: 'v1', kind: 'Binding' } as const;

/** POST of a pod's `binding`: a scheduler found a node for it. */
export const bind: Handler = async (request, { served, store }, deps) => {
  const scope = objectScopeOf(request, served);
  outputWithoutTable(request, kind);
  const { dryRun, fieldManager, fieldValidation } = writeOptionsOf(request.query, 'CreateOptions');
  const binding = await decodeObject(request, { ...served, ...kind }, fieldValidation, deps.limits);
  matchNamespace(binding, scope.namespace);
  if (metadataField(binding, 'name') !== scope.name) {
    throw badRequest('name in URL does not match name in Binding object');
  }
  requireBinding(binding);
  const context = request.context.with({ dryRun, fieldManager });
  await bindToNode(store, scope, binding, context, deps.clock.wallTime());
  return respondStatus(request, done);
};
