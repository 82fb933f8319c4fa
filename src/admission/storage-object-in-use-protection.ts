import type { AdmissionAttributes } from '../machinery/admission-attributes.ts';
import { finalizersOf, setFinalizers } from '../machinery/object-meta.ts';
import type { AdmissionPlugin } from './admission-plugin.ts';

/** By group and resource. */
const finalizers: ReadonlyMap<string, string> = new Map([
  ['/persistentvolumes', 'kubernetes.io/pv-protection'],
  ['/persistentvolumeclaims', 'kubernetes.io/pvc-protection'],
  ['storage.k8s.io/volumeattributesclasses', 'kubernetes.io/vac-protection'],
]);

/** A volume, a claim or a class of attributes that is deleted stays until a controller says that nobody uses it any more. */
export class StorageObjectInUseProtection implements AdmissionPlugin {
  readonly name = 'StorageObjectInUseProtection';

  admit({ operation, group, resource, subresource, object }: AdmissionAttributes): Promise<void> {
    const finalizer = subresource === '' && operation === 'CREATE' ? finalizers.get(`${group}/${resource}`) : undefined;
    if (finalizer === undefined || object === undefined) return Promise.resolve();
    const present = finalizersOf(object);
    if (!present.includes(finalizer)) setFinalizers(object, [...present, finalizer]);
    return Promise.resolve();
  }
}
