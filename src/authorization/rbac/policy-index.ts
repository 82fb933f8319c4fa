import { objectsAt } from '../../machinery/json/json-path.ts';
import type { JsonObject } from '../../machinery/json-value.ts';
import type { KnownRules, PolicyRule, RoleReference, RoleResolver } from '../../machinery/policy/policy-rule.ts';
import type { UserInfo } from '../../machinery/request-context.ts';
import { keysOfUser, type RoleBinding, readBinding } from './role-binding.ts';

/** The kinds that say who may do what, of `rbac.authorization.k8s.io`. */
export type PolicyResource = 'clusterroles' | 'clusterrolebindings' | 'roles' | 'rolebindings';

interface Scope {
  readonly namespace: string;
  readonly name: string;
}

/** One look at what gives somebody rights: a binding with the rules of its role, or the role that is not there. */
export type Grant =
  | { readonly binding: RoleBinding; readonly rules: readonly PolicyRule[] }
  | { readonly binding: RoleBinding; readonly missing: RoleReference };

/**
 * Roles and bindings by whom they are about, kept as they change: a decision looks at those of one user and his groups,
 * however many there are of others. Objects are read once for each of their revisions.
 */
export class PolicyIndex implements RoleResolver {
  /** By namespace and name; those of the cluster in ''. */
  readonly #roles = new Map<string, readonly PolicyRule[]>();
  /** By namespace and name, to find what an object said before. */
  readonly #bindings = new Map<string, RoleBinding>();
  /** By namespace, then by subject, then by name. */
  readonly #ofSubject = new Map<string, Map<string, Map<string, RoleBinding>>>();

  /** `object`: as it is now; undefined when it is gone. */
  set(resource: PolicyResource, scope: Scope, object: JsonObject | undefined): void {
    const key = keyOf(scope);
    if (resource === 'clusterroles' || resource === 'roles') {
      if (object === undefined) this.#roles.delete(key);
      else this.#roles.set(key, objectsAt(object, 'rules'));
      return;
    }
    const before = this.#bindings.get(key);
    if (before !== undefined) this.#remove(before);
    if (object === undefined) this.#bindings.delete(key);
    else {
      const binding = readBinding(object, scope);
      this.#bindings.set(key, binding);
      this.#add(binding);
    }
  }

  /** Those of the whole cluster first, then those of the namespace, if there is one. */
  *grantsTo(keys: ReadonlySet<string>, namespace: string): Generator<Grant> {
    for (const scope of namespace === '' ? [''] : ['', namespace]) {
      const ofSubject = this.#ofSubject.get(scope);
      if (ofSubject === undefined) continue;
      const seen = new Set<RoleBinding>();
      for (const key of keys) {
        for (const binding of ofSubject.get(key)?.values() ?? []) {
          if (seen.has(binding)) continue;
          seen.add(binding);
          yield this.#grant(binding);
        }
      }
    }
  }

  rulesOf(user: Pick<UserInfo, 'name' | 'groups'>, namespace: string): KnownRules {
    const rules: PolicyRule[] = [];
    const missing: RoleReference[] = [];
    for (const grant of this.grantsTo(keysOfUser(user), namespace)) {
      if ('rules' in grant) rules.push(...grant.rules);
      else missing.push(grant.missing);
    }
    return { rules, missing };
  }

  rulesOfRole({ kind, name }: RoleReference, namespace: string): readonly PolicyRule[] | undefined {
    if (kind === 'ClusterRole') return this.#roles.get(keyOf({ namespace: '', name }));
    // A binding of the whole cluster refers to no role of a namespace.
    return kind === 'Role' && namespace !== '' ? this.#roles.get(keyOf({ namespace, name })) : undefined;
  }

  #grant(binding: RoleBinding): Grant {
    const rules = this.rulesOfRole(binding.role, binding.namespace);
    return rules === undefined ? { binding, missing: binding.role } : { binding, rules };
  }

  #add(binding: RoleBinding): void {
    for (const { key } of binding.subjects) {
      const ofSubject = ensured(this.#ofSubject, binding.namespace, () => new Map());
      ensured(ofSubject, key, () => new Map<string, RoleBinding>()).set(binding.name, binding);
    }
  }

  #remove({ namespace, name, subjects }: RoleBinding): void {
    const ofSubject = this.#ofSubject.get(namespace);
    if (ofSubject === undefined) return;
    for (const { key } of subjects) {
      const named = ofSubject.get(key);
      named?.delete(name);
      if (named?.size === 0) ofSubject.delete(key);
    }
    if (ofSubject.size === 0) this.#ofSubject.delete(namespace);
  }
}

const keyOf = ({ namespace, name }: Scope): string => `${namespace}/${name}`;

function ensured<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  const found = map.get(key) ?? make();
  map.set(key, found);
  return found;
}
