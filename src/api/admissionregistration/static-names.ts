import { type FieldError, invalidValue } from '../../machinery/field-error.ts';
import { goQuote } from '../../machinery/go-quote.ts';

/** Objects of this group can also come from files that a server reads at its start; these names are theirs. */
const suffix = '.static.k8s.io';
const reserved =
  `names ending with ${goQuote(suffix)} are reserved for static manifest-based configurations ` +
  'and cannot be managed via the API';

type Named = { readonly metadata?: { readonly name?: string } };

const isReserved = ({ metadata }: Named): boolean => metadata?.name?.endsWith(suffix) === true;

/** Of a new object. */
export const validateNotStatic = (object: Named): FieldError[] =>
  isReserved(object) ? [invalidValue('metadata.name', object.metadata?.name ?? '', reserved)] : [];

/** What is there already may stay. */
export const staticNameWarnings = (object: Named): readonly string[] =>
  isReserved(object) ? [`metadata.name: ${reserved}`] : [];
