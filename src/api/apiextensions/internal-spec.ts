import { jsonEqual } from '../../machinery/json/json-equal.ts';
import type { JsonObject } from '../../machinery/json-value.ts';
import type {
  CustomResourceDefinitionSpec,
  CustomResourceDefinitionVersion,
} from '../types/apiextensions-v1.generated.ts';

type PerVersion = Pick<
  CustomResourceDefinitionVersion,
  'schema' | 'subresources' | 'additionalPrinterColumns' | 'selectableFields'
>;

/** A definition's spec as the original checks it: what is the same in all versions stands once, above them. */
export interface InternalSpec {
  readonly common: PerVersion;
  readonly versions: readonly CustomResourceDefinitionVersion[];
}

const perVersion = ['schema', 'subresources', 'additionalPrinterColumns', 'selectableFields'] as const;

export function internalSpecOf({ versions }: CustomResourceDefinitionSpec): InternalSpec {
  const all = versions ?? [];
  const [first] = all;
  if (first === undefined) return { common: {}, versions: [] };
  const shared = perVersion.filter((key) => all.every((version) => jsonEqual(part(version, key), part(first, key))));
  const common = Object.fromEntries(shared.flatMap((key) => (first[key] === undefined ? [] : [[key, first[key]]])));
  return { common, versions: all.map((version) => without(version, shared)) };
}

const part = (version: CustomResourceDefinitionVersion, key: keyof PerVersion): JsonObject | undefined =>
  version[key] as unknown as JsonObject | undefined;

function without(
  version: CustomResourceDefinitionVersion,
  keys: readonly (keyof PerVersion)[],
): CustomResourceDefinitionVersion {
  const rest = { ...version };
  for (const key of keys) delete rest[key];
  return rest;
}
