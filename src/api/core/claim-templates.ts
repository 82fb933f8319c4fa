import { type FieldError, forbiddenValue } from '../../machinery/field-error.ts';
import { checkLabels } from '../../machinery/validation/labels.ts';
import { validateAnnotations } from '../../machinery/validation/object-meta.ts';
import type { PersistentVolumeClaimTemplate } from '../types/core-v1.generated.ts';
import { validateClaimSpec } from './claim-validation.ts';

/** What becomes of an ephemeral volume's claim: labels and annotations, and nothing else of its metadata. */
export function checkClaimTemplate(
  { metadata = {}, spec = {} }: PersistentVolumeClaimTemplate,
  path: string,
  errors: FieldError[],
): void {
  const at = `${path}.metadata`;
  errors.push(...validateAnnotations(metadata.annotations ?? {}, `${at}.annotations`));
  checkLabels(metadata.labels, `${at}.labels`, errors);
  for (const [field, value] of Object.entries(metadata)) {
    const isSet = value !== null && value !== '' && value !== 0 && !(Array.isArray(value) && value.length === 0);
    if (field === 'labels' || field === 'annotations' || !isSet) continue;
    errors.push(forbiddenValue(`${at}.${goNames[field] ?? field}`, 'cannot be set'));
  }
  errors.push(...validateClaimSpec(spec, `${path}.spec`));
}

/** As the original tells of them: Go's name with a small first letter. */
const goNames: Readonly<Record<string, string>> = { uid: 'uID' };
