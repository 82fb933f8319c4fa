import type { AdmissionAttributes } from '../machinery/admission-attributes.ts';
import { objectAt } from '../machinery/json-value.ts';
import type { AdmissionPlugin } from './admission-plugin.ts';
import type { ClassLister } from './class-lister.ts';
import { classOfClaim, type StorageClassRules } from './storage-class.ts';

/** Gives a new claim that names no class the default one: of several the newest, of these the first by name. */
export class DefaultStorageClass implements AdmissionPlugin {
  readonly name = 'DefaultStorageClass';
  readonly #classes: ClassLister<StorageClassRules>;

  constructor(classes: ClassLister<StorageClassRules>) {
    this.#classes = classes;
  }

  async admit({ operation, group, resource, subresource, object }: AdmissionAttributes): Promise<void> {
    if (operation !== 'CREATE' || group !== '' || resource !== 'persistentvolumeclaims' || subresource !== '') return;
    if (object === undefined || classOfClaim(object) !== undefined) return;
    const [newest] = (await this.#classes.all())
      .filter(({ isDefault }) => isDefault)
      .sort((a, b) => b.created - a.created || (a.name < b.name ? -1 : 1));
    if (newest !== undefined) object['spec'] = { ...objectAt(object, 'spec'), storageClassName: newest.name };
  }
}
