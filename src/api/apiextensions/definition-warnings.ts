import { goQuote } from '../../machinery/go-quote.ts';
import { isJsonObject, stringAt } from '../../machinery/json-value.ts';
import { isKnownFormat } from '../../machinery/structural/formats.ts';
import type { CustomResourceDefinition } from '../types/apiextensions-v1.generated.ts';
import { schemasOf } from './schema-walk.ts';

/** What the writer of a definition should hear. `old`: of what was there before, he has heard. */
export function definitionWarnings(
  definition: CustomResourceDefinition,
  old: CustomResourceDefinition | undefined,
): readonly string[] {
  const fresh = (of: (definition: CustomResourceDefinition) => readonly string[]): readonly string[] => {
    const before = old === undefined ? [] : of(old);
    return of(definition).filter((text) => !before.includes(text));
  };
  return [...fresh(unknownFormats), ...fresh(wholeSets)];
}

function unknownFormats({ spec = {} }: CustomResourceDefinition): readonly string[] {
  const warnings: string[] = [];
  for (const schema of schemasOf(spec)) {
    const format = stringAt(schema, 'format');
    if (format !== '' && !isKnownFormat(format, stringAt(schema, 'type'))) {
      warnings.push(`unrecognized format ${goQuote(format)}`);
    }
  }
  return warnings;
}

function wholeSets({ spec = {} }: CustomResourceDefinition): readonly string[] {
  const warnings = new Set<string>();
  for (const { 'x-kubernetes-list-type': listType, items } of schemasOf(spec)) {
    const type = isJsonObject(items) ? items['type'] : undefined;
    if (listType !== 'set' || (type !== 'object' && type !== 'array')) continue;
    warnings.add(
      `x-kubernetes-list-type: set for items of type ${goQuote(type)} is not supported by server-side apply or CEL validation rules`,
    );
  }
  return [...warnings].sort();
}
