import { numberAt, objectIn, objectsAt, stringsAt, textAt } from '../../machinery/json/json-path.ts';
import type { JsonObject } from '../../machinery/json-value.ts';
import { objectSelector } from '../../machinery/selector/object-selector.ts';
import type { WebhookAddress } from '../../machinery/webhook-call.ts';
import { readRule } from '../matching/admission-rule.ts';
import type { MatchCriteria } from '../matching/match-criteria.ts';

/** One webhook of a configuration. admissionregistration.k8s.io/v1 */
export interface Webhook extends MatchCriteria {
  readonly configuration: string;
  readonly name: string;
  /** Nobody else's: configurations may have webhooks of the same name. */
  readonly id: string;
  readonly address: WebhookAddress;
  /** What goes wrong in calling it is as if it had not been there. */
  readonly ignoresFailure: boolean;
  /** May be called when nothing is to be written. */
  readonly takesDryRun: boolean;
  readonly timeoutMs: number;
  readonly reviewVersions: readonly string[];
  /** Called once more when what came after it changed the object. */
  readonly isReinvoked: boolean;
  /** Expressions that all must hold for it to be called. */
  readonly conditions: readonly string[];
}

/** The webhooks of a configuration, in its order. @throws {SelectorError} for what validation refuses */
export const readWebhooks = (configuration: JsonObject): readonly Webhook[] => {
  const name = textAt(configuration, 'metadata', 'name');
  const seen = new Map<string, number>();
  return objectsAt(configuration, 'webhooks').map((webhook) => {
    const own = textAt(webhook, 'name');
    const index = seen.get(own) ?? 0;
    seen.set(own, index + 1);
    return readWebhook(webhook, name, `${name}/${own}/${index}`);
  });
};

function readWebhook(webhook: JsonObject, configuration: string, id: string): Webhook {
  const sideEffects = textAt(webhook, 'sideEffects');
  return {
    configuration,
    name: textAt(webhook, 'name'),
    id,
    address: readAddress(objectIn(webhook, 'clientConfig')),
    rules: objectsAt(webhook, 'rules').map(readRule),
    excluded: [],
    matchesEquivalents: textAt(webhook, 'matchPolicy') !== 'Exact',
    ignoresFailure: textAt(webhook, 'failurePolicy') === 'Ignore',
    takesDryRun: sideEffects === 'None' || sideEffects === 'NoneOnDryRun',
    timeoutMs: (numberAt(webhook, 'timeoutSeconds') || 10) * 1000,
    reviewVersions: stringsAt(webhook, 'admissionReviewVersions'),
    namespaces: objectSelector(objectIn(webhook, 'namespaceSelector')),
    objects: objectSelector(objectIn(webhook, 'objectSelector')),
    isReinvoked: textAt(webhook, 'reinvocationPolicy') === 'IfNeeded',
    conditions: objectsAt(webhook, 'matchConditions').map((condition) => textAt(condition, 'expression')),
  };
}

function readAddress(config: JsonObject | undefined): WebhookAddress {
  const service = objectIn(config, 'service');
  return {
    url: textAt(config, 'url'),
    service:
      service === undefined
        ? undefined
        : {
            namespace: textAt(service, 'namespace'),
            name: textAt(service, 'name'),
            port: numberAt(service, 'port') || 443,
            path: textAt(service, 'path'),
          },
    authority: Buffer.from(textAt(config, 'caBundle'), 'base64').toString(),
  };
}
