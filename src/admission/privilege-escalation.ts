import type { AdmissionAttributes } from '../machinery/admission-attributes.ts';
import type { Authorizer } from '../machinery/authorizer.ts';
import { goQuote, goQuoteAll } from '../machinery/go-quote.ts';
import { jsonEqual } from '../machinery/json/json-equal.ts';
import { objectIn, objectsAt, textAt } from '../machinery/json/json-path.ts';
import type { JsonObject } from '../machinery/json-value.ts';
import { compactRules } from '../machinery/policy/compact-rules.ts';
import {
  describeRule,
  joinedProblems,
  missingRole,
  type PolicyRule,
  type RoleReference,
  type RoleResolver,
} from '../machinery/policy/policy-rule.ts';
import { uncoveredRules } from '../machinery/policy/rule-coverage.ts';
import { badRequest, forbidden, notFound } from '../machinery/status-errors.ts';
import type { AdmissionPlugin } from './admission-plugin.ts';

const group = 'rbac.authorization.k8s.io';
const roles = new Set(['roles', 'clusterroles']);
const bindings = new Set(['rolebindings', 'clusterrolebindings']);

const everything: readonly PolicyRule[] = [
  { verbs: ['*'], apiGroups: ['*'], resources: ['*'] },
  { verbs: ['*'], nonResourceURLs: ['*'] },
];

/**
 * Nobody gives what he has not: who writes a role must have all the rights in it, and who gives one to somebody all those
 * of the role, unless he may `escalate` roles or `bind` this one. The original asks it in the storage of these kinds, behind
 * mutating admission and before validation, and not by a plugin that could be switched off.
 */
export class PrivilegeEscalation implements AdmissionPlugin {
  readonly name = 'PrivilegeEscalation';
  readonly #authorizer: Authorizer;
  readonly #resolver: RoleResolver;

  constructor(authorizer: Authorizer, resolver: RoleResolver) {
    this.#authorizer = authorizer;
    this.#resolver = resolver;
  }

  async admit(attributes: AdmissionAttributes): Promise<void> {
    const { object, oldObject, request, resource } = attributes;
    if (attributes.group !== group || object === undefined || request.user.groups.includes('system:masters')) return;
    if (oldObject !== undefined && isOnlyForTheCollector(object, oldObject)) return;
    if (roles.has(resource)) await this.#admitRole(attributes, object, oldObject);
    if (bindings.has(resource)) await this.#admitBinding(attributes, object);
  }

  async #admitRole(attributes: AdmissionAttributes, object: JsonObject, old: JsonObject | undefined): Promise<void> {
    const { namespace, resource, name, request } = attributes;
    // Who makes a role by POST has not said which in the path, and that is what is asked about.
    const asked = request.verb === 'create' ? '' : name;
    if (await this.#may('escalate', attributes, { resource, namespace, name: asked })) return;
    this.#requireCovered(attributes, objectsAt(object, 'rules'));
    // Whatever a role is made of later is not known now.
    if (!isAggregated(object) && !isAggregated(old)) return;
    if (this.#problemWith(attributes, everything) !== undefined) {
      throw refused(attributes, 'must have cluster-admin privileges to use the aggregationRule');
    }
  }

  async #admitBinding(attributes: AdmissionAttributes, object: JsonObject): Promise<void> {
    const { namespace } = attributes;
    const given = objectIn(object, 'roleRef');
    const role: RoleReference = { kind: textAt(given, 'kind'), name: textAt(given, 'name') };
    const resource = resourceOfRole(role.kind);
    // Any other kind of role is refused by validation.
    if (resource === undefined) return;
    if (await this.#may('bind', attributes, { resource, namespace, name: role.name })) return;
    if (resource === 'roles' && namespace === '') throw badRequest('Namespace parameter required.');
    const rules = this.#resolver.rulesOfRole(role, namespace);
    // In the original a role that is not there is told of under the name of the request's resource.
    if (rules === undefined) throw notFound({ group, resource: attributes.resource }, role.name);
    this.#requireCovered(attributes, rules);
  }

  async #may(
    verb: string,
    { request: { user } }: AdmissionAttributes,
    of: { readonly resource: string; readonly namespace: string; readonly name: string },
  ): Promise<boolean> {
    const wanted = { ...of, group, version: '*', subresource: '' };
    return (await this.#authorizer.authorize({ user, verb, of: wanted })).decision === 'allow';
  }

  #requireCovered(attributes: AdmissionAttributes, rules: readonly PolicyRule[]): void {
    const problem = this.#problemWith(attributes, rules);
    if (problem !== undefined) throw refused(attributes, problem);
  }

  #problemWith(attributes: AdmissionAttributes, rules: readonly PolicyRule[]): string | undefined {
    const { request, namespace, resource } = attributes;
    const { user } = request;
    const known = this.#resolver.rulesOf(user, namespace);
    const uncovered = uncoveredRules(rules, known.rules);
    if (uncovered.length === 0) return undefined;
    const lacking = [...new Set(compactRules(uncovered).map(describeRule))].sort().join('\n');
    const unknown = joinedProblems(known.missing.map((role) => missingRole(role, resource)));
    const who = `user ${goQuote(user.name)} (groups=${goQuoteAll(user.groups)})`;
    return `${who} is attempting to grant RBAC permissions not currently held:\n${lacking}${
      known.missing.length === 0 ? '' : `; resolution errors: [${unknown}]`
    }`;
  }
}

const refused = ({ resource, name }: AdmissionAttributes, why: string): Error =>
  forbidden({ group, resource }, name, why);

const resourceOfRole = (kind: string): string | undefined =>
  kind === 'ClusterRole' ? 'clusterroles' : kind === 'Role' ? 'roles' : undefined;

const isAggregated = (role: JsonObject | undefined): boolean =>
  objectsAt(role, 'aggregationRule', 'clusterRoleSelectors').length > 0;

const ofTheCollector = ['finalizers', 'ownerReferences', 'managedFields'];

/** Whoever ends what is going, or says whose it is, gives nobody a right. */
function isOnlyForTheCollector(object: JsonObject, old: JsonObject): boolean {
  const stripped = (one: JsonObject): JsonObject => {
    const metadata = Object.entries(objectIn(one, 'metadata') ?? {});
    return { ...one, metadata: Object.fromEntries(metadata.filter(([key]) => !ofTheCollector.includes(key))) };
  };
  return jsonEqual(stripped(object), stripped(old));
}
