import { compareVersions } from '../api/discovery-order.ts';
import type {
  CustomResourceDefinitionSpec,
  CustomResourceDefinitionVersion,
} from '../api/types/apiextensions-v1.generated.ts';
import { apiVersionOf } from '../machinery/gvk.ts';

/** What whoever uses the version should hear: in the definition's words, or which version is to be used instead. */
export function deprecationOf(
  { group = '', versions }: CustomResourceDefinitionSpec,
  { name = '', deprecated, deprecationWarning }: CustomResourceDefinitionVersion,
  kind: string,
): string | undefined {
  if (deprecated !== true) return undefined;
  if (deprecationWarning !== undefined) return deprecationWarning;
  const [better] = (versions ?? [])
    .filter((version) => version.served === true && version.deprecated !== true)
    .map((version) => version.name ?? '')
    .filter((version) => compareVersions(version, name) < 0)
    .sort(compareVersions);
  const told = `${apiVersionOf({ group, version: name })} ${kind} is deprecated`;
  return better === undefined ? told : `${told}; use ${apiVersionOf({ group, version: better })} ${kind}`;
}
