import { objectsAt, textAt } from '../machinery/json/json-path.ts';
import type { JsonObject } from '../machinery/json-value.ts';

/** What keeps a namespace from going, as one look at its content found it. */
export interface NamespaceProblems {
  /** Of kinds whose content is not known, each with what it is: `roles: …`. */
  readonly undiscovered: readonly string[];
  /** Why something could not be deleted. */
  readonly failures: readonly string[];
  /** How many objects are left, by `resource.group`: `pods.`, `widgets.example.com`. */
  readonly remaining: ReadonlyMap<string, number>;
  /** How many of them each finalizer keeps. */
  readonly finalizers: ReadonlyMap<string, number>;
}

interface Verdict {
  readonly reason: string;
  readonly message: string;
}

/** What a condition says when it is true, and when it is not: core/v1 and the words of Kubernetes' namespace controller. */
interface ConditionRule {
  readonly type: string;
  readonly wrong: (problems: NamespaceProblems) => Verdict | undefined;
  readonly right: Verdict;
}

/** Sorted, so that the same state has the same words. */
const listed = (texts: Iterable<string>): string => [...texts].sort().join(', ');

const counted = (counts: ReadonlyMap<string, number>, text: (name: string, count: number) => string): string =>
  listed([...counts].map(([name, count]) => text(name, count)));

const rules: readonly ConditionRule[] = [
  {
    type: 'NamespaceDeletionDiscoveryFailure',
    wrong: ({ undiscovered }) =>
      undiscovered.length === 0
        ? undefined
        : {
            reason: 'DiscoveryFailed',
            message:
              `Discovery failed for some groups, ${undiscovered.length} failing: ` +
              `unable to retrieve the complete list of server APIs: ${listed(undiscovered)}`,
          },
    right: { reason: 'ResourcesDiscovered', message: 'All resources successfully discovered' },
  },
  {
    type: 'NamespaceDeletionGroupVersionParsingFailure',
    // Kinds come from this server's own table: there is nothing to parse.
    wrong: () => undefined,
    right: { reason: 'ParsedGroupVersions', message: 'All legacy kube types successfully parsed' },
  },
  {
    type: 'NamespaceDeletionContentFailure',
    wrong: ({ failures }) =>
      failures.length === 0
        ? undefined
        : {
            reason: 'ContentDeletionFailed',
            message: `Failed to delete all resource types, ${failures.length} remaining: ${listed(failures)}`,
          },
    right: {
      reason: 'ContentDeleted',
      message: 'All content successfully deleted, may be waiting on finalization',
    },
  },
  {
    type: 'NamespaceContentRemaining',
    wrong: ({ remaining }) =>
      remaining.size === 0
        ? undefined
        : {
            reason: 'SomeResourcesRemain',
            message: `Some resources are remaining: ${counted(remaining, (name, count) => `${name} has ${count} resource instances`)}`,
          },
    right: { reason: 'ContentRemoved', message: 'All content successfully removed' },
  },
  {
    type: 'NamespaceFinalizersRemaining',
    wrong: ({ finalizers }) =>
      finalizers.size === 0
        ? undefined
        : {
            reason: 'SomeFinalizersRemain',
            message: `Some content in the namespace has finalizers remaining: ${counted(finalizers, (name, count) => `${name} in ${count} resource instances`)}`,
          },
    right: { reason: 'ContentHasNoFinalizers', message: 'All content-preserving finalizers finished' },
  },
];

/**
 * A namespace's conditions with the five that say how its deletion goes; undefined when that is what they say already.
 * Others stay as they are. `now`: RFC 3339.
 */
export function namespaceConditions(
  namespace: JsonObject,
  problems: NamespaceProblems,
  now: string,
): JsonObject[] | undefined {
  const conditions = objectsAt(namespace, 'status', 'conditions').map((condition) => ({ ...condition }));
  let changed = false;
  for (const { type, wrong, right } of rules) {
    const problem = wrong(problems);
    const status = problem === undefined ? 'False' : 'True';
    const { reason, message } = problem ?? right;
    const old = conditions.find((condition) => textAt(condition, 'type') === type);
    if (old === undefined) {
      conditions.push({ type, status, lastTransitionTime: now, reason, message });
      changed = true;
      continue;
    }
    const turned = textAt(old, 'status') !== status;
    if (!turned && textAt(old, 'reason') === reason && textAt(old, 'message') === message) continue;
    Object.assign(old, { status, reason, message }, turned ? { lastTransitionTime: now } : {});
    changed = true;
  }
  return changed ? conditions : undefined;
}
