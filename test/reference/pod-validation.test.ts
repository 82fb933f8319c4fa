import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { builtInKinds } from '../../src/api/built-in-kinds.ts';
import type { JsonObject } from '../../src/machinery/json-value.ts';
import { decode } from '../../src/machinery/schema/decoder.ts';
import { kubernetesSchema } from '../../src/machinery/schema/kubernetes-schema.ts';
import { occasion } from '../support/occasion.ts';

/** Specs of a pod named p with something wrong in them, and the causes that kube-apiserver 1.37.2 answered with. */
const recorded = JSON.parse(readFileSync(new URL('./pod-specs.generated.json', import.meta.url), 'utf8')) as readonly [
  what: string,
  spec: JsonObject,
  causes: readonly string[],
][];

const strategy = builtInKinds().find(({ stored }) => stored.resource === 'pods')?.stored.strategy;
const schema = kubernetesSchema().byName('io.k8s.api.core.v1.Pod');

/** What is wrong with a new pod, each thing once. */
function wrong(spec: JsonObject): string[] {
  if (strategy === undefined || schema === undefined) throw new Error('no pods');
  const { object: pod } = decode(schema, { metadata: { name: 'p' }, spec });
  strategy.setDefaults(pod);
  strategy.prepareForCreate(pod, occasion);
  const errors = strategy.validateCreate(pod, { requested: { group: '', version: 'v1' }, metadataErrors: () => [] });
  return [...new Set(errors.map(({ field, message }) => `${field}: ${message}`))];
}

describe('reference/pod-validation', () => {
  test.each(recorded)('%s', (_, spec, causes) => expect(wrong(spec)).toEqual(causes));

  test('a pod of nothing but mistakes is looked at until enough is said, and no longer', () => {
    const containers = Array.from({ length: 2_000 }, () => ({ ports: Array.from({ length: 50 }, () => ({})) }));
    expect(wrong({ containers }).length).toBeLessThan(400);
  });
});
