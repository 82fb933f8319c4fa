import type { AdmissionAttributes } from '../../machinery/admission-attributes.ts';
import { ApiError, type StatusDetails, type StatusReason } from '../../machinery/api-error.ts';
import { goQuote } from '../../machinery/go-quote.ts';
import { numberAt, objectIn, textAt } from '../../machinery/json/json-path.ts';
import type { JsonObject } from '../../machinery/json-value.ts';
import { badRequest, forbidden, internalError } from '../../machinery/status-errors.ts';
import { WebhookCallError, type WebhookCaller } from '../../machinery/webhook-call.ts';
import { type AdmissionKinds, matchedNames, reviewed } from '../matching/match-criteria.ts';
import {
  type ReviewAnswer,
  ReviewError,
  type Reviewed,
  readAnswer,
  requestOf,
  reviewOf,
  reviewVersionOf,
} from './admission-review.ts';
import type { Webhook } from './webhook.ts';
import type { WebhookConditions } from './webhook-conditions.ts';

export interface WebhookParts {
  readonly kinds: AdmissionKinds;
  readonly caller: WebhookCaller;
  readonly newUid: () => string;
  /** Tells of a failure that counts for nothing. */
  readonly ignored: (webhook: Webhook, why: string) => void;
}

/**
 * What a webhook wants to be asked about a request; undefined: it does not.
 * @throws {ApiError} 403 when its conditions cannot be evaluated and a failure counts
 */
export async function invocationOf(
  webhook: Webhook,
  attributes: AdmissionAttributes,
  kinds: AdmissionKinds,
): Promise<Reviewed | undefined> {
  const names = await matchedNames(webhook, attributes, kinds);
  if (names === undefined) return undefined;
  const about = await reviewed(attributes, names, kinds);
  if (webhook.conditions.length === 0) return about;
  const { object, oldObject } = about;
  const conditions = await conditionsOf(webhook);
  const match = conditions.match({ object, oldObject, request: requestOf(attributes, about) });
  if (match === 'match') return about;
  if (match === 'skip' || webhook.ignoresFailure) return undefined;
  const { group, resource, name } = attributes;
  throw forbidden({ group, resource }, name, match.error);
}

const compiled = new WeakMap<Webhook, WebhookConditions>();

/** Of each revision of a webhook once. What evaluates expressions is loaded by the first that has any. */
async function conditionsOf(webhook: Webhook): Promise<WebhookConditions> {
  const { WebhookConditions: Conditions } = await import('./webhook-conditions.ts');
  const conditions = compiled.get(webhook) ?? new Conditions(webhook.conditions);
  compiled.set(webhook, conditions);
  return conditions;
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
