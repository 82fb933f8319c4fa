import type { FieldError } from '../../machinery/field-error.ts';
import type { PersistentVolumeClaimTemplate } from '../types/core-v1.generated.ts';
import { validateClaimSpec } from './claim-validation.ts';
import { checkTemplateMetadata } from './template-metadata.ts';

/** Looks at what an ephemeral volume's claim is made of. */
export function checkClaimTemplate(
  { metadata = {}, spec = {} }: PersistentVolumeClaimTemplate,
  path: string,
  errors: FieldError[],
): void {
  checkTemplateMetadata(metadata, `${path}.metadata`, errors);
  errors.push(...validateClaimSpec(spec, `${path}.spec`));
}
