import type { PolicyRule } from './policy-rule.ts';

/** Rules of one resource of one group, and at most one name of it, that differ in their verbs: as one. */
export function compactRules(rules: readonly PolicyRule[]): readonly PolicyRule[] {
  const others: PolicyRule[] = [];
  const simple = new Map<string, PolicyRule>();
  for (const rule of rules) {
    const key = keyOf(rule);
    if (key === undefined) {
      others.push(rule);
      continue;
    }
    const before = simple.get(key);
    simple.set(
      key,
      before === undefined ? rule : { ...before, verbs: [...(before.verbs ?? []), ...(rule.verbs ?? [])] },
    );
  }
  return [...others, ...simple.values()];
}

/** undefined: it says more. */
function keyOf({ apiGroups, resources, resourceNames, nonResourceURLs }: PolicyRule): string | undefined {
  const isSimple =
    apiGroups?.length === 1 &&
    resources?.length === 1 &&
    (resourceNames?.length ?? 0) <= 1 &&
    (nonResourceURLs?.length ?? 0) === 0;
  return isSimple ? JSON.stringify([apiGroups, resources, resourceNames ?? []]) : undefined;
}
