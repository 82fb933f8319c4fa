import { type FieldError, forbiddenValue } from '../../machinery/field-error.ts';
import { emptiedAt } from '../../machinery/json/emptied.ts';
import type { JsonObject } from '../../machinery/json-value.ts';
import { checkLabels } from '../../machinery/validation/labels.ts';
import { validateAnnotations } from '../../machinery/validation/object-meta.ts';
import type { ObjectMeta } from '../types/meta-v1.generated.ts';
import { metadataOrder } from './internal-structs.ts';

/** What becomes of a claim that is made of a template: labels and annotations, and nothing else of its metadata. */
export function checkTemplateMetadata(metadata: ObjectMeta, path: string, errors: FieldError[]): void {
  errors.push(...validateAnnotations(metadata.annotations ?? {}, `${path}.annotations`));
  checkLabels(metadata.labels, `${path}.labels`, errors);
  for (const field of metadataOrder) {
    if (field === 'labels' || field === 'annotations') continue;
    const value = (metadata as JsonObject)[field] ?? emptiedAt(metadata, field);
    if (value !== undefined) errors.push(forbiddenValue(`${path}.${goNames[field] ?? field}`, 'cannot be set'));
  }
}

/** As the original tells of them: Go's name with a small first letter. */
const goNames: Readonly<Record<string, string>> = { uid: 'uID' };
