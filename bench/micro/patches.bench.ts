/** What the engines of patches cost, and what hostile patches cost at most. Each iteration works on a copy, which is in it. */
import { bench, do_not_optimize, group } from 'mitata';
import { cloneJson } from '../../src/machinery/json/clone.ts';
import { parseJsonText } from '../../src/machinery/json/parse.ts';
import type { JsonObject } from '../../src/machinery/json-value.ts';
import { applyJsonPatch } from '../../src/machinery/patch/json-patch.ts';
import { jsonPatchOperations } from '../../src/machinery/patch/json-patch-operations.ts';
import { applyMergePatch } from '../../src/machinery/patch/merge-patch.ts';
import { applyStrategicMergePatch } from '../../src/machinery/patch/strategic-merge-patch.ts';
import { kubernetesSchema } from '../../src/machinery/schema/kubernetes-schema.ts';

const json = (value: unknown): JsonObject => parseJsonText(JSON.stringify(value)).value as JsonObject;
const operations = (patch: unknown) => jsonPatchOperations(json(patch), { strict: true }).operations;

const schema = kubernetesSchema().byKind({ group: 'apps', version: 'v1' }, 'Deployment');
if (schema === undefined) throw new Error('there is no schema of deployments');
const env = Array.from({ length: 20 }, (_, index) => ({ name: `NAME_${index}`, value: `value ${index}` }));
const containers = ['web', 'proxy', 'agent'].map((name) => ({ name, image: `registry.example.com/${name}:1`, env }));
const deployment = json({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'web', namespace: 'default', labels: { app: 'web' }, resourceVersion: '1' },
  spec: { replicas: 3, selector: { matchLabels: { app: 'web' } }, template: { spec: { containers } } },
});

group('a label of a deployment', () => {
  const label = json({ metadata: { labels: { slot: '1' } } });
  const added = operations([{ op: 'add', path: '/metadata/labels/slot', value: '1' }]);
  bench('the copy alone', () => do_not_optimize(cloneJson(deployment)));
  bench('JSON Patch', () => do_not_optimize(applyJsonPatch(cloneJson(deployment), added)));
  bench('JSON Merge Patch', () => {
    const target = cloneJson(deployment);
    applyMergePatch(target, label);
    do_not_optimize(target);
  });
  bench('strategic merge patch', () =>
    do_not_optimize(applyStrategicMergePatch(schema, cloneJson(deployment), cloneJson(label))),
  );
});

group('an image and an environment variable', () => {
  const image = json({
    spec: {
      template: {
        spec: {
          '$setElementOrder/containers': [{ name: 'web' }, { name: 'proxy' }, { name: 'agent' }],
          containers: [{ name: 'proxy', image: 'registry.example.com/proxy:2', env: [{ name: 'NAME_3', value: 'x' }] }],
        },
      },
    },
  });
  bench('strategic merge patch', () =>
    do_not_optimize(applyStrategicMergePatch(schema, cloneJson(deployment), cloneJson(image))),
  );
});

group('ten thousand operations', () => {
  const middle = operations(Array.from({ length: 10_000 }, () => ({ op: 'add', path: '/list/50000', value: 1 })));
  const long = json({ list: Array.from({ length: 100_000 }, (_, index) => index) });
  bench('in the middle of a list of 100,000', () => do_not_optimize(applyJsonPatch(cloneJson(long), middle)));
});

group('lists of 10,000 items', () => {
  const items = Array.from({ length: 10_000 }, (_, index) => ({ name: `n${index}`, value: '1' }));
  const target = json({ spec: { template: { spec: { containers: [{ name: 'a', env: items }] } } } });
  bench('merged with as many', () =>
    do_not_optimize(applyStrategicMergePatch(schema, cloneJson(target), cloneJson(target))),
  );
});
