/** What it costs to know who manages which field: for an update, and for an apply. Each iteration works on a copy, which is in it. */
import { bench, do_not_optimize, group } from 'mitata';
import { applyPatch } from '../../src/machinery/apply/apply.ts';
import { type FieldManager, managedFieldsAfterUpdate } from '../../src/machinery/apply/field-manager.ts';
import { mergeTypeOf } from '../../src/machinery/apply/merge-type.ts';
import { cloneJson } from '../../src/machinery/json/clone.ts';
import { emptyObject, parseJsonText } from '../../src/machinery/json/parse.ts';
import type { JsonObject } from '../../src/machinery/json-value.ts';
import { decode } from '../../src/machinery/schema/decoder.ts';
import { kubernetesSchema } from '../../src/machinery/schema/kubernetes-schema.ts';
import { fillZeroValues } from '../../src/machinery/schema/zero-values.ts';
import { deploymentJson } from '../load/objects.ts';

const schema = kubernetesSchema().byKind({ group: 'apps', version: 'v1' }, 'Deployment');
if (schema === undefined) throw new Error('there is no schema of deployments');
const type = mergeTypeOf(schema);
const by: FieldManager = {
  versions: { typeOf: (version) => (version === 'apps/v1' ? type : undefined), convert: (object) => object },
  apiVersion: 'apps/v1',
  subresource: '',
  filter: undefined,
};
const empty: JsonObject = Object.assign(emptyObject(), { apiVersion: 'apps/v1', kind: 'Deployment' });
fillZeroValues(schema, empty);
const now = '2026-01-01T00:00:00Z';

const config = parseJsonText(deploymentJson('default', 'web')).value as JsonObject;
const changed = parseJsonText(deploymentJson('default', 'web').replace('web:1', 'web:2')).value as JsonObject;
const apply = (live: JsonObject, given: JsonObject): JsonObject =>
  applyPatch(by, { live, config: given, kind: 'Deployment', manager: 'bench', force: false, now, empty });

const { object: live } = decode(schema, apply(empty, config));
fillZeroValues(schema, live);
(live['metadata'] as JsonObject)['uid'] = 'u';
const next = cloneJson(live);
(next['spec'] as JsonObject)['replicas'] = 5;

group('managed fields of a deployment that was applied', () => {
  bench('the copy alone', () => do_not_optimize(cloneJson(live)));
  const update = (object: JsonObject) =>
    managedFieldsAfterUpdate(by, { live, next: cloneJson(object), manager: 'scaler', now });
  bench('an update of nothing', () => do_not_optimize(update(live)));
  bench('an update of the replicas', () => do_not_optimize(update(next)));
  bench('an apply of what is so already', () => do_not_optimize(apply(cloneJson(live), config)));
  bench('an apply of another image', () => do_not_optimize(apply(cloneJson(live), changed)));
});
