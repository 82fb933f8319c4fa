import type { AskedConversion } from '../api/served-version.ts';
import type { CustomResourceDefinition } from '../api/types/apiextensions-v1.generated.ts';
import { webhookConversion } from '../extensions/webhook-conversion.ts';
import type { WebhookAddress, WebhookCaller } from '../machinery/webhook-call.ts';

/** kube-apiserver's. */
const timeoutMs = 30_000;

/** How the webhook of a definition is asked. Nothing is opened before the first object needs it. */
export function conversionWebhook(
  { spec }: CustomResourceDefinition,
  caller: WebhookCaller,
  newUid: () => string,
): AskedConversion {
  const { clientConfig = {}, conversionReviewVersions } = spec?.conversion?.webhook ?? {};
  const { url = '', service, caBundle = '' } = clientConfig;
  const address: WebhookAddress = {
    url,
    service: service && {
      namespace: service.namespace ?? '',
      name: service.name ?? '',
      port: service.port ?? 443,
      path: service.path ?? '',
    },
    authority: Buffer.from(caBundle, 'base64').toString('utf8').trim(),
  };
  return webhookConversion({
    post: (review) => caller.post(address, review, timeoutMs),
    reviewVersions: conversionReviewVersions ?? [],
    newUid,
  });
}
