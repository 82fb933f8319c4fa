import type { RuleWithOperations } from '../types/admissionregistration-v1.generated.ts';

/** Requests about who somebody is and what he may do are not shown to webhooks: `resource.group`. */
const unseen: ReadonlySet<string> = new Set([
  'selfsubjectreviews.authentication.k8s.io',
  'tokenreviews.authentication.k8s.io',
  'localsubjectaccessreviews.authorization.k8s.io',
  'selfsubjectaccessreviews.authorization.k8s.io',
  'selfsubjectrulesreviews.authorization.k8s.io',
  'subjectaccessreviews.authorization.k8s.io',
]);

/** Rules that name, without wildcards, what no webhook is asked about. */
export const webhookWarnings = (webhooks: readonly { readonly rules?: RuleWithOperations[] }[] = []): string[] =>
  webhooks.flatMap(({ rules = [] }, webhook) =>
    rules.flatMap((rule, index) =>
      unseenBy(rule).map(
        (name) =>
          `webhooks[${webhook}].rules[${index}]: ${name} is excluded from admission webhooks; this rule will have no effect`,
      ),
    ),
  );

function unseenBy({ apiGroups = [], resources = [] }: RuleWithOperations): readonly string[] {
  if (apiGroups.includes('*') || resources.includes('*')) return [];
  const named = apiGroups.flatMap((group) => resources.map((resource) => `${resource}.${group}`));
  return [...new Set(named)].filter((name) => unseen.has(name));
}
