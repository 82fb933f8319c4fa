import type { AdmissionAttributes } from '../../machinery/admission-attributes.ts';
import { goQuote } from '../../machinery/go-quote.ts';
import { cloneJson } from '../../machinery/json/clone.ts';
import { jsonEqual } from '../../machinery/json/json-equal.ts';
import { JsonSyntaxError, parseJsonText } from '../../machinery/json/parse.ts';
import { isJsonObject, type JsonObject } from '../../machinery/json-value.ts';
import { applyJsonPatch } from '../../machinery/patch/json-patch.ts';
import { jsonPatchOperations } from '../../machinery/patch/json-patch-operations.ts';
import { PatchError, TooManyOperationsError } from '../../machinery/patch/patch-error.ts';
import { internalError } from '../../machinery/status-errors.ts';
import type { AdmissionPlugin } from '../admission-plugin.ts';
import { isExempt } from '../matching/match-criteria.ts';
import type { Reviewed } from './admission-review.ts';
import type { Webhook } from './webhook.ts';
import { ask, invocationOf, type WebhookParts } from './webhook-dispatch.ts';

/** What is remembered between the first and the second time that webhooks are asked about a write. */
interface Memory {
  /** Of those that have been called and may be again. */
  readonly called: Set<string>;
  /** Of those that somebody has changed something behind. */
  readonly due: Set<string>;
  /** As webhooks left it. */
  left: JsonObject | undefined;
}

/** MutatingWebhookConfigurations: one webhook after the other, each seeing what those before it have made of the object. */
export class MutatingWebhooks implements AdmissionPlugin {
  readonly name = 'MutatingAdmissionWebhook';
  readonly #webhooks: () => readonly Webhook[];
  readonly #parts: WebhookParts;

  /** `webhooks`: those there are now, in the order of their configurations' names. */
  constructor(webhooks: () => readonly Webhook[], parts: WebhookParts) {
    this.#webhooks = webhooks;
    this.#parts = parts;
  }

  async admit(attributes: AdmissionAttributes): Promise<void> {
    const webhooks = this.#webhooks();
    if (webhooks.length === 0 || isExempt(attributes)) return;
    const { object, reinvocation } = attributes;
    const memory = this.#memoryOf(attributes);
    if (reinvocation?.isAgain === true && memory.left !== undefined && object !== undefined) {
      // What is in this program has changed it since: all that may be are called again.
      if (!jsonEqual(memory.left, object)) makeDue(memory);
    }
    for (const webhook of webhooks) {
      if (reinvocation?.isAgain === true && !memory.due.has(webhook.id)) continue;
      const about = await invocationOf(webhook, attributes, this.#parts.kinds);
      if (about === undefined) continue;
      const answer = await ask(webhook, attributes, about, true, this.#parts);
      const changed = answer !== undefined && (await this.#patch(webhook, attributes, about, answer.patch));
      if (changed) {
        makeDue(memory);
        reinvocation?.request();
      }
      if (webhook.isReinvoked) memory.called.add(webhook.id);
    }
    // For nobody who would be called again, nobody needs to know.
    if (object !== undefined && memory.called.size > 0) memory.left = cloneJson(object);
  }

  #memoryOf({ reinvocation }: AdmissionAttributes): Memory {
    const known = reinvocation?.kept.get(this.name) as Memory | undefined;
    const memory = known ?? { called: new Set<string>(), due: new Set<string>(), left: undefined };
    reinvocation?.kept.set(this.name, memory);
    return memory;
  }

  /** True when the object is another one now. @throws {ApiError} 500 */
  async #patch(
    webhook: Webhook,
    { object, objectKind }: AdmissionAttributes,
    about: Reviewed,
    patch: string,
  ): Promise<boolean> {
    if (patch === '') return false;
    try {
      const { operations } = jsonPatchOperations(parseJsonText(patch).value, { strict: false });
      if (operations.length === 0) return false;
      if (object === undefined || about.object === undefined) {
        throw internalError(
          `admission webhook ${goQuote(webhook.name)} attempted to modify the object, which is not supported for this operation`,
        );
      }
      const result = applyJsonPatch(cloneJson(about.object), operations);
      if (!isJsonObject(result)) throw internalError('the result of the patch is not an object');
      const { kinds } = this.#parts;
      const next = objectKind === undefined ? await kinds.fromVersion(about.names, result, object) : result;
      if (jsonEqual(next, object)) return false;
      replaceWith(object, next);
      return true;
    } catch (error) {
      if (error instanceof JsonSyntaxError) {
        const why = `received undecodable patch in webhook response: ${error.message}`;
        throw internalError(`failed calling webhook ${goQuote(webhook.name)}: ${why}`);
      }
      if (error instanceof PatchError || error instanceof TooManyOperationsError) throw internalError(error.message);
      throw error;
    }
  }
}

const makeDue = ({ called, due }: Memory): void => {
  for (const id of called) due.add(id);
};

/** Others hold on to the object that is admitted. */
function replaceWith(object: JsonObject, next: JsonObject): void {
  for (const key of Object.keys(object)) delete object[key];
  Object.assign(object, next);
}
