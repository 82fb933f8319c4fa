import { type FieldError, forbiddenValue } from '../../machinery/field-error.ts';
import { checkLabels } from '../../machinery/validation/labels.ts';
import { validateAnnotations } from '../../machinery/validation/object-meta.ts';
import type { ObjectMeta } from '../types/meta-v1.generated.ts';

/** What becomes of a claim that is made of a template: labels and annotations, and nothing else of its metadata. */
export function checkTemplateMetadata(metadata: ObjectMeta, path: string, errors: FieldError[]): void {
  errors.push(...validateAnnotations(metadata.annotations ?? {}, `${path}.annotations`));
  checkLabels(metadata.labels, `${path}.labels`, errors);
  for (const [field, value] of Object.entries(metadata)) {
    const isSet = value !== null && value !== '' && value !== 0 && !(Array.isArray(value) && value.length === 0);
    if (field === 'labels' || field === 'annotations' || !isSet) continue;
    errors.push(forbiddenValue(`${path}.${goNames[field] ?? field}`, 'cannot be set'));
  }
}

/** As the original tells of them: Go's name with a small first letter. */
const goNames: Readonly<Record<string, string>> = { uid: 'uID' };
