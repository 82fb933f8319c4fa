import { randomUUID } from 'node:crypto';
import { MutatingWebhooks } from '../admission/webhooks/mutating-webhooks.ts';
import { ValidatingWebhooks } from '../admission/webhooks/validating-webhooks.ts';
import { readWebhooks, type Webhook } from '../admission/webhooks/webhook.ts';
import type { WebhookKinds, WebhookParts } from '../admission/webhooks/webhook-dispatch.ts';
import { type Served, type ServedVersion, toHub } from '../api/served-version.ts';
import type { Logger } from '../base/logger.ts';
import { ApiError } from '../machinery/api-error.ts';
import { apiVersionOf } from '../machinery/gvk.ts';
import { cloneJson } from '../machinery/json/clone.ts';
import type { JsonObject } from '../machinery/json-value.ts';
import { DecodeError, decode } from '../machinery/schema/decoder.ts';
import { kubernetesSchema } from '../machinery/schema/kubernetes-schema.ts';
import { SelectorError } from '../machinery/selector/selector-error.ts';
import { internalError } from '../machinery/status-errors.ts';
import type { WebhookCaller } from '../machinery/webhook-call.ts';
import type { StoredObject } from '../translate/stored-object.ts';
import type { LiveKind } from './live-kind.ts';
import type { ServedKinds } from './served-kinds.ts';

const group = 'admissionregistration.k8s.io';

type Kinds = Pick<ServedKinds, 'find' | 'resource' | 'versions'>;

export interface AdmissionWebhookParts {
  /** Made after admission: hence a function. */
  readonly kinds: () => Kinds;
  readonly caller: WebhookCaller;
  readonly logger: Logger;
}

/** The webhooks of what is configured now, as plugins: those that change objects, and those that look at them. */
export function admissionWebhooks({ kinds, caller, logger }: AdmissionWebhookParts) {
  const parts: WebhookParts = {
    kinds: webhookKinds(kinds),
    caller,
    newUid: randomUUID,
    ignored: ({ configuration, name }, why) =>
      logger.warn('a webhook failed and is passed over', { configuration, webhook: name, why }),
  };
  const configured = (resource: string) => {
    const webhooks = new ConfiguredWebhooks(logger);
    return () => webhooks.of(kinds().find({ group, resource }));
  };
  return {
    mutating: new MutatingWebhooks(configured('mutatingwebhookconfigurations'), parts),
    validating: new ValidatingWebhooks(configured('validatingwebhookconfigurations'), parts),
  };
}

/** Configurations are read once for each of their revisions, and gone through anew when one of them has changed. */
class ConfiguredWebhooks {
  readonly #logger: Logger;
  readonly #read = new WeakMap<StoredObject, readonly Webhook[]>();
  /** Those that `#webhooks` are of. */
  #objects: readonly StoredObject[] | undefined;
  #webhooks: readonly Webhook[] = [];

  constructor(logger: Logger) {
    this.#logger = logger;
  }

  of(kind: Pick<LiveKind, 'cache'> | undefined): readonly Webhook[] {
    if (kind === undefined || !kind.cache.filled) return [];
    const objects = kind.cache.snapshot().objects(undefined, undefined);
    // The same array, as long as nothing changes.
    if (objects === this.#objects) return this.#webhooks;
    this.#objects = objects;
    // In the order of their keys, so of their names.
    this.#webhooks = objects.flatMap((object) => this.#readOnce(object));
    return this.#webhooks;
  }

  #readOnce(object: StoredObject): readonly Webhook[] {
    const known = this.#read.get(object);
    if (known !== undefined) return known;
    const webhooks = this.#webhooksOf(object);
    this.#read.set(object, webhooks);
    return webhooks;
  }

  #webhooksOf(object: StoredObject): readonly Webhook[] {
    try {
      return readWebhooks(object.parse());
    } catch (error) {
      if (!(error instanceof SelectorError)) throw error;
      // Nobody has written this here: it would have been refused.
      this.#logger.error('a webhook configuration cannot be read', { name: object.name, error });
      return [];
    }
  }
}

const webhookKinds = (kinds: () => Kinds): WebhookKinds => ({
  equivalentsOf(names) {
    const served = kinds().resource(names.group, names.version, names.resource)?.served;
    const isOther = (one: Served) => one !== served && one.stored !== undefined && one.stored === served?.stored;
    return kinds()
      .versions.filter(isOther)
      .map(({ group, version, kind, resource }) => ({ group, version, kind, resource }));
  },
  inVersion(names, object) {
    const { conversion, kind, ...version } = servedAs(kinds(), names);
    const copy = conversion === undefined ? cloneJson(object) : conversion.fromHub(cloneJson(object));
    // In this order, as everything that is sent.
    return { kind, apiVersion: apiVersionOf(version), ...withoutType(copy) };
  },
  fromVersion(names, object) {
    const served = servedAs(kinds(), names);
    const hub = toHub(served, decoded(served, object));
    served.stored.strategy.setDefaults(hub);
    return hub;
  },
  async namespaceLabels(name) {
    try {
      return (await kinds().find({ group: '', resource: 'namespaces' })?.store.get({ namespace: '', name }, '0'))
        ?.labels;
    } catch (error) {
      if (error instanceof ApiError && error.code === 404) return undefined;
      throw error;
    }
  },
});

function withoutType({ kind: _kind, apiVersion: _apiVersion, ...object }: JsonObject): JsonObject {
  return object;
}

function servedAs(
  kinds: Kinds,
  { group, version, resource }: { group: string; version: string; resource: string },
): ServedVersion {
  const served = kinds.resource(group, version, resource)?.served;
  if (served === undefined) throw internalError(`unable to convert to ${group}/${version}, ${resource}: not served`);
  return served;
}

/** @throws {ApiError} 500: what a webhook has made of it is none of its kind */
function decoded(served: ServedVersion, object: JsonObject): JsonObject {
  try {
    if (served.custom !== undefined) return served.custom.read(object).object;
    const schema = kubernetesSchema().byKind(served, served.kind);
    return schema === undefined ? object : decode(schema, object).object;
  } catch (error) {
    if (error instanceof DecodeError) throw internalError(error.message);
    throw error;
  }
}
