import { randomUUID } from 'node:crypto';
import type { AdmissionKinds } from '../admission/matching/match-criteria.ts';
import { MutatingWebhooks } from '../admission/webhooks/mutating-webhooks.ts';
import { ValidatingWebhooks } from '../admission/webhooks/validating-webhooks.ts';
import { readWebhooks } from '../admission/webhooks/webhook.ts';
import type { WebhookParts } from '../admission/webhooks/webhook-dispatch.ts';
import type { Logger } from '../base/logger.ts';
import type { WebhookCaller } from '../machinery/webhook-call.ts';
import { ReadObjects } from './read-objects.ts';
import type { ServedKinds } from './served-kinds.ts';

const group = 'admissionregistration.k8s.io';

export interface AdmissionWebhookParts {
  readonly find: ServedKinds['find'];
  readonly kinds: AdmissionKinds;
  readonly caller: WebhookCaller;
  readonly logger: Logger;
}

/** The webhooks of what is configured now, as plugins: those that change objects, and those that look at them. */
export function admissionWebhooks({ find, kinds, caller, logger }: AdmissionWebhookParts) {
  const parts: WebhookParts = {
    kinds,
    caller,
    newUid: randomUUID,
    ignored: ({ configuration, name }, why) =>
      logger.warn('a webhook failed and is passed over', { configuration, webhook: name, why }),
  };
  const configured = (resource: string) => {
    const webhooks = new ReadObjects(readWebhooks, logger);
    return () => webhooks.of(find({ group, resource }));
  };
  return {
    mutating: new MutatingWebhooks(configured('mutatingwebhookconfigurations'), parts),
    validating: new ValidatingWebhooks(configured('validatingwebhookconfigurations'), parts),
  };
}
