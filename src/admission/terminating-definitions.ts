import type { AdmissionAttributes } from '../machinery/admission-attributes.ts';
import type { GroupResource } from '../machinery/gvk.ts';
import { forbidden } from '../machinery/status-errors.ts';
import type { AdmissionPlugin } from './admission-plugin.ts';

/** Nothing is created any more of a definition that is going: what is there is being deleted. */
export class TerminatingDefinitions implements AdmissionPlugin {
  readonly name = 'TerminatingDefinitions';
  readonly #isGoing: (resource: GroupResource) => boolean;

  /** `isGoing`: whether there is a definition of the resource, and it is going. */
  constructor(isGoing: (resource: GroupResource) => boolean) {
    this.#isGoing = isGoing;
  }

  admit({ operation, group, resource, name }: AdmissionAttributes): Promise<void> {
    if (operation !== 'CREATE' || !this.#isGoing({ group, resource })) return Promise.resolve();
    const why = 'create not allowed while custom resource definition is terminating';
    return Promise.reject(forbidden({ group, resource }, name, why));
  }
}
