import { describe, expect, test } from 'vitest';
import type { AdmissionAttributes } from '../machinery/admission-attributes.ts';
import type { JsonObject } from '../machinery/json-value.ts';
import { RequestContext } from '../machinery/request-context.ts';
import { DefaultIngressClass, readIngressClass } from './default-ingress-class.ts';

async function admitted(object: JsonObject, classes: readonly JsonObject[], more: Partial<AdmissionAttributes> = {}) {
  const rules = classes.map(readIngressClass);
  const lister = { get: async (name: string) => rules.find((one) => one.name === name), all: async () => rules };
  await new DefaultIngressClass(lister).admit({
    operation: 'CREATE',
    group: 'networking.k8s.io',
    version: 'v1',
    kind: 'Ingress',
    resource: 'ingresses',
    subresource: '',
    namespace: 'default',
    name: 'a',
    object,
    oldObject: undefined,
    request: RequestContext.internal('test'),
    ...more,
  });
  return object;
}

const classOf = ({ spec }: JsonObject) => (spec as JsonObject | undefined)?.['ingressClassName'];
const ingressClass = (name: string, second: number, isDefault = 'true'): JsonObject => ({
  metadata: {
    name,
    creationTimestamp: `2026-01-01T00:00:0${second}Z`,
    annotations: { 'ingressclass.kubernetes.io/is-default-class': isDefault },
  },
});
const some = [ingressClass('old', 1), ingressClass('b', 2), ingressClass('a', 2)];

describe('admission: the default class of ingresses', () => {
  test('an ingress that says nothing of its class gets the newest default, of two of one second the first by name', async () => {
    expect(classOf(await admitted({ spec: { rules: [] } }, some))).toBe('a');
    expect(await admitted({ spec: { rules: [] } }, some.slice(0, 1))).toEqual({
      spec: { rules: [], ingressClassName: 'old' },
    });
    expect(classOf(await admitted({}, some.slice(0, 2)))).toBe('b');
  });

  test('without a default it gets none', async () => {
    expect(classOf(await admitted({ spec: {} }, []))).toBeUndefined();
    expect(classOf(await admitted({ spec: {} }, [ingressClass('a', 1, 'false')]))).toBeUndefined();
  });

  test('what an ingress says of its class stays, in the field and in the annotation', async () => {
    expect(classOf(await admitted({ spec: { ingressClassName: 'mine' } }, some))).toBe('mine');
    const annotations = { 'kubernetes.io/ingress.class': '' };
    expect(classOf(await admitted({ metadata: { annotations }, spec: {} }, some))).toBeUndefined();
  });

  test('an update, a status, and objects of other kinds are left alone', async () => {
    for (const more of [{ operation: 'UPDATE' }, { subresource: 'status' }, { resource: 'services' }] as const)
      expect(classOf(await admitted({ spec: {} }, some, more))).toBeUndefined();
  });
});
