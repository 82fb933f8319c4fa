import type { VirtualResource } from '../api/virtual-resource.ts';
import type { Clock } from '../base/clock.ts';
import { noRevision } from '../base/revision.ts';
import { apiVersionOf, type KindNames } from '../machinery/gvk.ts';
import type { JsonObject } from '../machinery/json-value.ts';
import { metadataField, metadataOf } from '../machinery/object-meta.ts';
import type { RequestContext } from '../machinery/request-context.ts';
import { kubernetesSchema } from '../machinery/schema/kubernetes-schema.ts';
import { fillZeroValues } from '../machinery/schema/zero-values.ts';
import { notFound } from '../machinery/status-errors.ts';
import { encodeUnstored } from '../translate/object-layout.ts';
import type { ObjectShape } from '../translate/object-shape.ts';
import { StoredObject } from '../translate/stored-object.ts';
import type { CollectionScope } from './rest-storage.ts';
import { senderManages } from './sender-manages.ts';

type Described = KindNames & Pick<VirtualResource, 'namespaced'>;

/** What of metadata a client does not say. */
const ofTheServer = ['uid', 'creationTimestamp', 'deletionTimestamp', 'deletionGracePeriodSeconds', 'selfLink'];

/** How its objects look to clients. They have no key. */
export const virtualShape = (resource: Described): ObjectShape => ({
  kind: resource.kind,
  apiVersion: apiVersionOf(resource),
  keyPrefix: '',
  namespaced: resource.namespaced,
});

/**
 * The verbs of a virtual resource: what RegistryStore is to a stored kind. Objects are answered in the layout of
 * StoredObject.bytes. Rejects with ApiError only.
 */
export class VirtualStore {
  readonly #resource: VirtualResource;
  readonly #clock: Clock;

  constructor(resource: VirtualResource, clock: Clock) {
    this.#resource = resource;
    this.#clock = clock;
  }

  /** What answers `given`, which is changed; undefined: it is done. Whoever asks manages what he sent, as of any object. */
  async create(scope: CollectionScope, given: JsonObject, request: RequestContext): Promise<StoredObject | undefined> {
    for (const field of ofTheServer) delete metadataOf(given)[field];
    this.#fillIn(given);
    senderManages(given, this.#resource, '', request, this.#clock.wallTime());
    const answer = await this.#resource.create?.(given, scope.namespace, request);
    return answer === undefined ? undefined : this.#encoded(answer);
  }

  /** @throws {ApiError} 404 */
  async get(name: string): Promise<StoredObject> {
    const found = (await this.list()).find((object) => object.name === name);
    const { group, singular } = this.#resource;
    if (found === undefined) throw notFound({ group, resource: singular }, name);
    return found;
  }

  async list(): Promise<readonly StoredObject[]> {
    const all = (await this.#resource.list?.()) ?? [];
    return all.map((object) => this.#encoded(object));
  }

  #encoded(object: JsonObject): StoredObject {
    this.#fillIn(object);
    const shape = virtualShape(this.#resource);
    return new StoredObject({
      shape,
      key: '',
      namespace: metadataField(object, 'namespace'),
      name: metadataField(object, 'name'),
      revision: noRevision,
      createRevision: noRevision,
      bytes: encodeUnstored(shape, object),
    });
  }

  #fillIn(object: JsonObject): void {
    const schema = kubernetesSchema().byKind(this.#resource, this.#resource.kind);
    if (schema !== undefined) fillZeroValues(schema, object);
  }
}
