import type { AdmissionAttributes } from '../machinery/admission-attributes.ts';
import type { ApiError } from '../machinery/api-error.ts';
import { metadataField } from '../machinery/object-meta.ts';
import { forbidden } from '../machinery/status-errors.ts';

/** A plugin refuses: 403, with the name that the object has or will begin with. `why`: a sentence without a full stop. */
export function refusal(attributes: AdmissionAttributes, why: string): ApiError {
  const { object, name } = attributes;
  const prefix = object === undefined ? '' : metadataField(object, 'generateName');
  return forbidden(attributes, name || prefix || 'Unknown', why);
}
