import type { AdmissionAttributes } from '../machinery/admission-attributes.ts';

/** A pod is created or updated, and not one of its subresources. */
export const isPodItself = ({ group, resource, subresource, operation }: AdmissionAttributes): boolean =>
  group === '' && resource === 'pods' && subresource === '' && operation !== 'DELETE';
