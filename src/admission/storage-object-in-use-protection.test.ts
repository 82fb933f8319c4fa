import { expect, test } from 'vitest';
import { RequestContext } from '../machinery/request-context.ts';
import { StorageObjectInUseProtection } from './storage-object-in-use-protection.ts';

const plugin = new StorageObjectInUseProtection();

async function finalizersAfter(path: string, operation: 'CREATE' | 'UPDATE', finalizers?: string[]) {
  const [resource = '', group = ''] = path.split('.', 2);
  const object = { metadata: { name: 'x', ...(finalizers === undefined ? {} : { finalizers }) } };
  await plugin.admit({
    operation,
    group: group === '' ? '' : `${group}.k8s.io`,
    version: 'v1',
    kind: 'X',
    resource,
    subresource: '',
    namespace: '',
    name: 'x',
    object,
    oldObject: undefined,
    request: RequestContext.of(''),
  });
  return object.metadata.finalizers;
}

test.each([
  ['persistentvolumes', 'CREATE', undefined, ['kubernetes.io/pv-protection']],
  ['persistentvolumeclaims', 'CREATE', ['a/b'], ['a/b', 'kubernetes.io/pvc-protection']],
  ['persistentvolumeclaims', 'CREATE', ['kubernetes.io/pvc-protection'], ['kubernetes.io/pvc-protection']],
  ['persistentvolumeclaims', 'UPDATE', undefined, undefined],
  ['volumeattributesclasses.storage', 'CREATE', undefined, ['kubernetes.io/vac-protection']],
  ['volumeattributesclasses', 'CREATE', undefined, undefined],
  ['configmaps', 'CREATE', undefined, undefined],
] as const)('%s, %s with finalizers %j: %j', async (resource, operation, given, wanted) => {
  expect(await finalizersAfter(resource, operation, given === undefined ? undefined : [...given])).toEqual(wanted);
});
