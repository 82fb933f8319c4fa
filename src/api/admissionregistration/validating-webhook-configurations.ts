import { objectsAt } from '../../machinery/json/json-path.ts';
import { nameIsDnsSubdomain } from '../../machinery/validation/names.ts';
import { defineKind, type Kind } from '../kind.ts';
import { ageColumn, column, nameColumn } from '../printing/columns.ts';
import { genericStrategy } from '../strategy/generic-strategy.ts';
import type { ValidatingWebhookConfiguration } from '../types/admissionregistration-v1.generated.ts';
import { everyVerb } from '../verb.ts';
import type { CheckExpression } from './expressions.ts';
import { staticNameWarnings, validateNotStatic } from './static-names.ts';
import { webhookWarnings } from './webhook-warnings.ts';
import { defaultWebhook, validateWebhooks } from './webhooks.ts';

/** `admissionregistration.k8s.io/v1` ValidatingWebhookConfiguration. */
export const validatingWebhookConfigurations = (checkExpression: CheckExpression): Kind =>
  defineKind({
    group: 'admissionregistration.k8s.io',
    version: 'v1',
    kind: 'ValidatingWebhookConfiguration',
    resource: 'validatingwebhookconfigurations',
    singular: 'validatingwebhookconfiguration',
    shortNames: [],
    categories: ['api-extensions'],
    namespaced: false,
    verbs: everyVerb,
    subresources: {},
    storagePrefix: 'validatingwebhookconfigurations',
    fields: {},
    columns: [
      nameColumn,
      column('Webhooks', 'How many webhooks it has.', (object) => objectsAt(object, 'webhooks').length, {
        type: 'integer',
      }),
      ageColumn,
    ],
    strategy: genericStrategy<ValidatingWebhookConfiguration>({
      defaults({ webhooks = [] }) {
        for (const webhook of webhooks) defaultWebhook(webhook);
      },
      generationOf: [['webhooks']],
      allowAnyFinalizer: true,
      generationCountsEmpty: true,
      validate: (object) => [
        ...validateWebhooks(object.webhooks, undefined, { checkExpression, mutating: false }),
        ...validateNotStatic(object),
      ],
      validateUpdate: (object, old) =>
        validateWebhooks(object.webhooks, old.webhooks ?? [], { checkExpression, mutating: false }),
      validateName: nameIsDnsSubdomain,
      warningsOnCreate: ({ webhooks }) => webhookWarnings(webhooks),
      warningsOnUpdate: (object) => [...staticNameWarnings(object), ...webhookWarnings(object.webhooks)],
      allowUnconditionalUpdate: false,
    }),
  });
