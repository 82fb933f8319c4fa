import type { AdmissionAttributes } from '../../machinery/admission-attributes.ts';
import type { AdmissionPlugin } from '../admission-plugin.ts';
import { isExempt } from '../matching/match-criteria.ts';
import type { Webhook } from './webhook.ts';
import { ask, invocationOf, type WebhookParts } from './webhook-dispatch.ts';

/** ValidatingWebhookConfigurations: all of them at once; of several that refuse the first in their order is heard. */
export class ValidatingWebhooks implements AdmissionPlugin {
  readonly name = 'ValidatingAdmissionWebhook';
  readonly #webhooks: () => readonly Webhook[];
  readonly #parts: WebhookParts;

  /** `webhooks`: those there are now, in the order of their configurations' names. */
  constructor(webhooks: () => readonly Webhook[], parts: WebhookParts) {
    this.#webhooks = webhooks;
    this.#parts = parts;
  }

  async validate(attributes: AdmissionAttributes): Promise<void> {
    const webhooks = this.#webhooks();
    if (webhooks.length === 0 || isExempt(attributes)) return;
    const asked = [];
    for (const webhook of webhooks) {
      const about = await invocationOf(webhook, attributes, this.#parts.kinds);
      if (about !== undefined) asked.push({ webhook, about });
    }
    const answers = await Promise.allSettled(
      asked.map(({ webhook, about }) => ask(webhook, attributes, about, false, this.#parts)),
    );
    for (const answer of answers) if (answer.status === 'rejected') throw answer.reason;
  }
}
