import type { AdmissionAttributes } from '../../machinery/admission-attributes.ts';
import { objectIn } from '../../machinery/json/json-path.ts';
import type { JsonObject } from '../../machinery/json-value.ts';
import type { Selector } from '../../machinery/selection.ts';
import type { Labels } from '../../machinery/selector/label-requirement.ts';
import type { Reviewed, ReviewedNames } from '../webhooks/admission-review.ts';
import { type AdmissionRule, ruleMatches } from './admission-rule.ts';

/** Which requests a webhook, a policy or a binding of one is about. */
export interface MatchCriteria {
  readonly rules: readonly AdmissionRule[] | 'all';
  /** What is meant by these is not meant. */
  readonly excluded: readonly AdmissionRule[];
  /** Rules that name one version of a kind are for requests in any of them. */
  readonly matchesEquivalents: boolean;
  readonly namespaces: Selector;
  readonly objects: Selector;
}

/** What webhooks and policies need to know of kinds. */
export interface AdmissionKinds {
  /** In which other versions the objects of a resource can be had. */
  equivalentsOf(names: ReviewedNames): readonly ReviewedNames[];
  /** A copy of an object, which says of which version it is, in another. @throws {ApiError} */
  inVersion(names: ReviewedNames, object: JsonObject): Promise<JsonObject>;
  /** What somebody has made of such a copy, read as a request's body, with its defaults, as the object was. @throws {ApiError} */
  fromVersion(names: ReviewedNames, made: JsonObject, object: JsonObject): Promise<JsonObject>;
  /** undefined: there is no such namespace. */
  namespaceLabels(name: string): Promise<Labels | undefined>;
  /** The same, whole. */
  namespace(name: string): Promise<JsonObject | undefined>;
}

/** Policy about admission is not subject to webhooks, or one of them could make itself impossible to remove. */
const exempt = new Set([
  'ValidatingWebhookConfiguration',
  'MutatingWebhookConfiguration',
  'ValidatingAdmissionPolicy',
  'ValidatingAdmissionPolicyBinding',
  'MutatingAdmissionPolicy',
  'MutatingAdmissionPolicyBinding',
]);

export const isExempt = ({ group, kind }: AdmissionAttributes): boolean =>
  group === 'admissionregistration.k8s.io' && exempt.has(kind);

/** Under which names a request is meant by the criteria; undefined: it is not. */
export async function matchedNames(
  criteria: MatchCriteria,
  attributes: AdmissionAttributes,
  kinds: AdmissionKinds,
): Promise<ReviewedNames | undefined> {
  if (!isObjectMeant(criteria, attributes)) return undefined;
  if (namesByRules(criteria.excluded, criteria, attributes, kinds) !== undefined) return undefined;
  const names = namesByRules(criteria.rules, criteria, attributes, kinds);
  if (names === undefined || !(await isNamespaceMeant(criteria, attributes, kinds))) return undefined;
  return names;
}

function namesByRules(
  rules: readonly AdmissionRule[] | 'all',
  { matchesEquivalents }: MatchCriteria,
  attributes: AdmissionAttributes,
  kinds: AdmissionKinds,
): ReviewedNames | undefined {
  const { group, version, kind, resource, name } = attributes;
  const isNamespace = group === '' && resource === 'namespaces';
  const namespace = isNamespace ? name : attributes.namespace;
  const own = { group, version, kind, resource };
  if (rules === 'all') return own;
  const isMeant = (names: ReviewedNames) => (rule: AdmissionRule) =>
    ruleMatches(rule, { ...attributes, ...names, namespace });
  if (rules.some(isMeant(own))) return own;
  if (!matchesEquivalents || rules.length === 0) return undefined;
  const equivalents = kinds.equivalentsOf(own);
  for (const rule of rules) {
    const found = equivalents.find((names) => isMeant(names)(rule));
    if (found !== undefined) return found;
  }
  return undefined;
}

const labelsOf = (object: JsonObject | undefined): Labels =>
  (objectIn(object, 'metadata', 'labels') ?? {}) as unknown as Labels;

function isObjectMeant({ objects }: MatchCriteria, { object, oldObject }: AdmissionAttributes): boolean {
  if (objects.everything) return true;
  return [object, oldObject].some((one) => one !== undefined && objects.matches(labelsOf(one)));
}

async function isNamespaceMeant(
  { namespaces }: MatchCriteria,
  { group, resource, subresource, operation, namespace, name, object }: AdmissionAttributes,
  kinds: AdmissionKinds,
): Promise<boolean> {
  const isNamespace = group === '' && resource === 'namespaces';
  if (namespaces.everything || (namespace === '' && !isNamespace)) return true;
  // Of a namespace that is written, what is written counts.
  if (isNamespace && subresource === '' && operation !== 'DELETE') return namespaces.matches(labelsOf(object));
  const labels = await kinds.namespaceLabels(isNamespace ? name : namespace);
  return labels !== undefined && namespaces.matches(labels);
}

/** What was asked about, as a webhook or a policy sees it. */
export async function reviewed(
  attributes: AdmissionAttributes,
  names: ReviewedNames,
  kinds: AdmissionKinds,
): Promise<Reviewed> {
  const { object, oldObject, objectKind } = attributes;
  const shown = async (one: JsonObject | undefined) =>
    one === undefined || objectKind !== undefined ? one : kinds.inVersion(names, one);
  return { names, kind: objectKind ?? names, object: await shown(object), oldObject: await shown(oldObject) };
}
