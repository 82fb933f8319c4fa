import type { AdmissionAttributes } from '../../machinery/admission-attributes.ts';
import { ApiError, type StatusDetails, type StatusReason } from '../../machinery/api-error.ts';
import { goQuote } from '../../machinery/go-quote.ts';
import { numberAt, objectIn, textAt } from '../../machinery/json/json-path.ts';
import type { JsonObject } from '../../machinery/json-value.ts';
import type { Labels } from '../../machinery/selector/label-requirement.ts';
import { badRequest, forbidden, internalError } from '../../machinery/status-errors.ts';
import { WebhookCallError, type WebhookCaller } from '../../machinery/webhook-call.ts';
import {
  type ReviewAnswer,
  ReviewError,
  type Reviewed,
  type ReviewedNames,
  readAnswer,
  requestOf,
  reviewOf,
  reviewVersionOf,
} from './admission-review.ts';
import { ruleMatches } from './admission-rule.ts';
import type { MatchConditions } from './match-conditions.ts';
import type { Webhook } from './webhook.ts';

/** What webhooks need to know of kinds. */
export interface WebhookKinds {
  /** In which other versions the objects of a resource can be had. */
  equivalentsOf(names: ReviewedNames): readonly ReviewedNames[];
  /** A copy of an object, which is the hub's, in a version. */
  inVersion(names: ReviewedNames, object: JsonObject): JsonObject;
  /** What somebody has made of such a copy, read as a request's body, with its defaults, as the hub's. @throws {ApiError} */
  fromVersion(names: ReviewedNames, object: JsonObject): JsonObject;
  /** undefined: there is no such namespace. */
  namespaceLabels(name: string): Promise<Labels | undefined>;
}

export interface WebhookParts {
  readonly kinds: WebhookKinds;
  readonly caller: WebhookCaller;
  readonly newUid: () => string;
  /** Tells of a failure that counts for nothing. */
  readonly ignored: (webhook: Webhook, why: string) => void;
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

/**
 * What a webhook wants to be asked about a request; undefined: it does not.
 * @throws {ApiError} 403 when its conditions cannot be evaluated and a failure counts
 */
export async function invocationOf(
  webhook: Webhook,
  attributes: AdmissionAttributes,
  kinds: WebhookKinds,
): Promise<Reviewed | undefined> {
  if (!isObjectMeant(webhook, attributes)) return undefined;
  const names = matchedNames(webhook, attributes, kinds);
  if (names === undefined || !(await isNamespaceMeant(webhook, attributes, kinds))) return undefined;
  const about = reviewed(attributes, names, kinds);
  if (webhook.conditions.length === 0) return about;
  const { object, oldObject } = about;
  const conditions = await conditionsOf(webhook);
  const match = conditions.match({ object, oldObject, request: requestOf(attributes, about) });
  if (match === 'match') return about;
  if (match === 'skip' || webhook.ignoresFailure) return undefined;
  const { group, resource, name } = attributes;
  throw forbidden({ group, resource }, name, match.error);
}

const compiled = new WeakMap<Webhook, MatchConditions>();

/** Of each revision of a webhook once. What evaluates expressions is loaded by the first that has any. */
async function conditionsOf(webhook: Webhook): Promise<MatchConditions> {
  const { MatchConditions: Conditions } = await import('./match-conditions.ts');
  const conditions = compiled.get(webhook) ?? new Conditions(webhook.conditions);
  compiled.set(webhook, conditions);
  return conditions;
}

function matchedNames(
  webhook: Webhook,
  attributes: AdmissionAttributes,
  kinds: WebhookKinds,
): ReviewedNames | undefined {
  const { group, version, kind, resource, name } = attributes;
  const isNamespace = group === '' && resource === 'namespaces';
  const namespace = isNamespace ? name : attributes.namespace;
  const own = { group, version, kind, resource };
  const isMeant = (names: ReviewedNames) => (rule: Webhook['rules'][number]) =>
    ruleMatches(rule, { ...attributes, ...names, namespace });
  if (webhook.rules.some(isMeant(own))) return own;
  if (!webhook.matchesEquivalents) return undefined;
  const equivalents = kinds.equivalentsOf(own);
  for (const rule of webhook.rules) {
    const found = equivalents.find((names) => isMeant(names)(rule));
    if (found !== undefined) return found;
  }
  return undefined;
}

const labelsOf = (object: JsonObject | undefined): Labels =>
  (objectIn(object, 'metadata', 'labels') ?? {}) as unknown as Labels;

function isObjectMeant({ objects }: Webhook, { object, oldObject }: AdmissionAttributes): boolean {
  if (objects.everything) return true;
  return [object, oldObject].some((one) => one !== undefined && objects.matches(labelsOf(one)));
}

async function isNamespaceMeant(
  { namespaces }: Webhook,
  { group, resource, subresource, operation, namespace, name, object }: AdmissionAttributes,
  kinds: WebhookKinds,
): Promise<boolean> {
  const isNamespace = group === '' && resource === 'namespaces';
  if (namespaces.everything || (namespace === '' && !isNamespace)) return true;
  // Of a namespace that is written, what is written counts.
  if (isNamespace && subresource === '' && operation !== 'DELETE') return namespaces.matches(labelsOf(object));
  const labels = await kinds.namespaceLabels(isNamespace ? name : namespace);
  return labels !== undefined && namespaces.matches(labels);
}

/** What was asked about, as a webhook sees it. */
function reviewed(attributes: AdmissionAttributes, names: ReviewedNames, kinds: WebhookKinds): Reviewed {
  const { object, oldObject, objectKind } = attributes;
  const shown = (one: JsonObject | undefined) =>
    one === undefined || objectKind !== undefined ? one : kinds.inVersion(names, one);
  return { names, kind: objectKind ?? names, object: shown(object), oldObject: shown(oldObject) };
}

/**
 * Asks one webhook. `undefined`: it could not be asked, and that counts for nothing. Warnings of the answer are passed on.
 * @throws {ApiError} when it refuses, or cannot be asked and should have been
 */
export async function ask(
  webhook: Webhook,
  attributes: AdmissionAttributes,
  about: Reviewed,
  mutates: boolean,
  { caller, newUid, ignored }: WebhookParts,
): Promise<ReviewAnswer | undefined> {
  const { name } = webhook;
  if (attributes.request.dryRun && !webhook.takesDryRun) {
    throw badRequest(`admission webhook ${goQuote(name)} does not support dry run`);
  }
  let answer: ReviewAnswer;
  try {
    const version = reviewVersionOf(webhook.reviewVersions);
    const uid = newUid();
    const review = reviewOf(version, uid, attributes, about);
    answer = readAnswer(await caller.post(webhook.address, review, webhook.timeoutMs), { version, uid, mutates });
  } catch (error) {
    const why = problemOf(error);
    if (!webhook.ignoresFailure) throw internalError(`failed calling webhook ${goQuote(name)}: ${why}`);
    ignored(webhook, why);
    return undefined;
  }
  for (const warning of answer.warnings) attributes.request.warn(warning);
  if (!answer.allowed) throw refusalOf(name, answer.status);
  return answer;
}

/** @throws what is a fault of this program */
function problemOf(error: unknown): string {
  if (error instanceof WebhookCallError) return `failed to call webhook: ${error.message}`;
  if (error instanceof ReviewError) return `received invalid webhook response: ${error.message}`;
  throw error;
}

function refusalOf(webhook: string, status: JsonObject | undefined): ApiError {
  const deniedBy = `admission webhook ${goQuote(webhook)} denied the request`;
  const [message, reason] = [textAt(status, 'message'), textAt(status, 'reason')];
  const given = numberAt(status, 'code');
  // Nobody is told of a refusal by a code of success; above, no code is one of HTTP.
  const code = given < 400 || given > 999 ? 400 : given;
  const why = message || reason;
  const details = objectIn(status, 'details');
  return new ApiError(
    code,
    reason as StatusReason,
    why === '' ? `${deniedBy} without explanation` : `${deniedBy}: ${why}`,
    details === undefined ? {} : { details: details as unknown as StatusDetails },
  );
}
