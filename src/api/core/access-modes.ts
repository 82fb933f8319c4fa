import { type FieldError, forbiddenValue, unsupportedValue } from '../../machinery/field-error.ts';

const accessModes = ['ReadOnlyMany', 'ReadWriteMany', 'ReadWriteOnce', 'ReadWriteOncePod'];

/** How a volume may be mounted: by one pod alone, or in ways that go together. */
export function validateAccessModes(modes: readonly string[], field: string): FieldError[] {
  const errors = modes
    .filter((mode) => !accessModes.includes(mode))
    .map((mode) => unsupportedValue(field, mode, accessModes));
  const others = modes.some((mode) => mode !== 'ReadWriteOncePod' && accessModes.includes(mode));
  if (others && modes.includes('ReadWriteOncePod'))
    errors.push(forbiddenValue(field, 'may not use ReadWriteOncePod with other access modes'));
  return errors;
}

export const volumeModes = ['Block', 'Filesystem'];
