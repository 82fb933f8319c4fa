import type { AdmissionAttributes } from '../machinery/admission-attributes.ts';
import { finalizersOf, setFinalizers } from '../machinery/object-meta.ts';
import type { AdmissionPlugin } from './admission-plugin.ts';

const finalizers: Readonly<Record<string, string>> = {
  persistentvolumes: 'kubernetes.io/pv-protection',
  persistentvolumeclaims: 'kubernetes.io/pvc-protection',
};

/** A volume or a claim that is deleted stays until a controller says that nobody uses it any more. */
export class StorageObjectInUseProtection implements AdmissionPlugin {
  readonly name = 'StorageObjectInUseProtection';

  admit({ operation, group, resource, subresource, object }: AdmissionAttributes): Promise<void> {
    const finalizer = group === '' && subresource === '' && operation === 'CREATE' ? finalizers[resource] : undefined;
    if (finalizer === undefined || object === undefined) return Promise.resolve();
    const present = finalizersOf(object);
    if (!present.includes(finalizer)) setFinalizers(object, [...present, finalizer]);
    return Promise.resolve();
  }
}
