import type { AdmissionAttributes } from '../machinery/admission-attributes.ts';
import { textAt } from '../machinery/json/json-path.ts';
import type { JsonObject } from '../machinery/json-value.ts';
import { compareQuantities, parseQuantity } from '../machinery/quantity.ts';
import type { AdmissionPlugin } from './admission-plugin.ts';
import type { ClassLister } from './class-lister.ts';
import { refusal } from './refusal.ts';
import { classOfClaim, type StorageClassRules } from './storage-class.ts';

/** A claim grows only when it is bound, and by a class whose volumes can. */
export class PersistentVolumeClaimResize implements AdmissionPlugin {
  readonly name = 'PersistentVolumeClaimResize';
  readonly #classes: ClassLister<StorageClassRules>;

  constructor(classes: ClassLister<StorageClassRules>) {
    this.#classes = classes;
  }

  /** @throws {ApiError} 403 */
  async validate(attributes: AdmissionAttributes): Promise<void> {
    const { operation, group, resource, subresource, object: claim, oldObject: old } = attributes;
    if (operation !== 'UPDATE' || group !== '' || resource !== 'persistentvolumeclaims' || subresource !== '') return;
    if (claim === undefined || old === undefined || !grows(claim, old)) return;
    if (textAt(old, 'status', 'phase') !== 'Bound')
      throw refusal(attributes, 'Only bound persistent volume claims can be expanded');
    if (await this.#canGrow(claim, old)) return;
    const why =
      'only dynamically provisioned pvc can be resized and the storageclass that provisions the pvc must support resize';
    throw refusal(attributes, why);
  }

  async #canGrow(claim: JsonObject, old: JsonObject): Promise<boolean> {
    const name = classOfClaim(claim) ?? '';
    if (name === '' || name !== classOfClaim(old)) return false;
    return (await this.#classes.get(name))?.allowVolumeExpansion === true;
  }
}

const sizeOf = (claim: JsonObject) => parseQuantity(textAt(claim, 'spec', 'resources', 'requests', 'storage') || '0');

const grows = (claim: JsonObject, old: JsonObject): boolean => compareQuantities(sizeOf(claim), sizeOf(old)) > 0;
