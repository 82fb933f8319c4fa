import type { ClusterRole, ClusterRoleBinding, Subject } from '../api/types/rbac-v1.generated.ts';
import { jsonEqual } from '../machinery/json/json-equal.ts';
import type { JsonObject } from '../machinery/json-value.ts';
import { uncoveredRules } from '../machinery/policy/rule-coverage.ts';

const autoUpdate = 'rbac.authorization.kubernetes.io/autoupdate';

type Labelled = Pick<ClusterRole, 'metadata'>;

/** Whoever says so in an annotation keeps his role or binding as it is. */
const isProtected = ({ metadata }: Labelled): boolean => metadata?.annotations?.[autoUpdate] === 'false';

/** With the labels and annotations of `expected` that it does not have; what it says of them itself stays. */
const labelled = <T extends Labelled>(existing: T, expected: Labelled): T => ({
  ...existing,
  metadata: {
    ...existing.metadata,
    ...merged('annotations', existing, expected),
    ...merged('labels', existing, expected),
  },
});

const merged = (field: 'annotations' | 'labels', { metadata }: Labelled, expected: Labelled) =>
  expected.metadata?.[field] === undefined ? {} : { [field]: { ...expected.metadata[field], ...metadata?.[field] } };

/** A role that allows at least what `expected` allows, and is aggregated of at least what that is. undefined: it does so. */
export function reconciledRole(existing: ClusterRole, expected: ClusterRole): ClusterRole | undefined {
  if (isProtected(existing)) return undefined;
  const role = labelled(existing, expected);
  const rules = uncoveredRules(expected.rules ?? [], existing.rules ?? []);
  if (rules.length > 0) role.rules = [...(existing.rules ?? []), ...rules];
  const wanted = expected.aggregationRule;
  if (wanted === undefined) delete role.aggregationRule;
  else {
    const selectors = existing.aggregationRule?.clusterRoleSelectors ?? [];
    const missing = (wanted.clusterRoleSelectors ?? []).filter((one) => !selectors.some((other) => isSame(one, other)));
    if (missing.length > 0) role.aggregationRule = { clusterRoleSelectors: [...selectors, ...missing] };
  }
  return changed(role, existing);
}

/** A binding that has at least the subjects of `expected`. undefined: it does. `recreate`: it is of another role, for good. */
export function reconciledBinding(
  existing: ClusterRoleBinding,
  expected: ClusterRoleBinding,
): ClusterRoleBinding | 'recreate' | undefined {
  if (isProtected(existing)) return undefined;
  if (!isSame(existing.roleRef ?? {}, expected.roleRef ?? {})) return 'recreate';
  const binding = labelled(existing, expected);
  const subjects = existing.subjects ?? [];
  const missing = (expected.subjects ?? []).filter((one) => !subjects.some((other) => isSameSubject(one, other)));
  if (missing.length > 0) binding.subjects = [...subjects, ...missing];
  return changed(binding, existing);
}

const changed = <T extends object>(next: T, existing: T): T | undefined => (isSame(next, existing) ? undefined : next);

const isSame = (one: object, other: object): boolean => jsonEqual(one as JsonObject, other as JsonObject);

const isSameSubject = (one: Subject, other: Subject): boolean =>
  (['kind', 'apiGroup', 'name', 'namespace'] as const).every((field) => (one[field] ?? '') === (other[field] ?? ''));
