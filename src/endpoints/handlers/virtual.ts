import type { VirtualResource } from '../../api/virtual-resource.ts';
import type { Transform } from '../../encoding/media-type.ts';
import { protobufUnstoredList } from '../../encoding/protobuf-list.ts';
import { apiVersionOf } from '../../machinery/gvk.ts';
import type { JsonObject } from '../../machinery/json-value.ts';
import { metadataOf } from '../../machinery/object-meta.ts';
import type { StoredObject } from '../../translate/stored-object.ts';
import type { ApiRequest } from '../api-request.ts';
import { decodeObject } from '../body/decode-object.ts';
import { contentTypeOf } from '../negotiation/media-type.ts';
import { listOptionsOf } from '../options/list-options.ts';
import { writeOptionsOf } from '../options/write-options.ts';
import { respondBody, respondBytes, respondJson, respondStatus } from '../response/respond.ts';
import type { ServedVirtualResource } from '../served-resource.ts';
import { done } from './done.ts';
import type { HandlerDeps } from './handler.ts';
import { matchNamespace } from './match-object.ts';
import { listOutputOf } from './respond-list.ts';
import { respondObject, wholeTable } from './respond-object.ts';
import { virtualOutputOf } from './virtual-output.ts';

/** One verb of what is served without being stored. Refuses by throwing ApiError. */
export type VirtualHandler = (
  request: ApiRequest,
  resource: ServedVirtualResource,
  deps: HandlerDeps,
) => Promise<Response>;

/** POST: a question, or something to be done. A dry run asks the same. */
export const createVirtual: VirtualHandler = async (request, resource, deps) => {
  const { served, store } = resource;
  const output = virtualOutputOf(request, resource.served);
  const namespace = served.namespaced ? request.info.namespace : '';
  const { dryRun, fieldManager, fieldValidation } = writeOptionsOf(request.query, 'CreateOptions');
  const object = await decodeObject(request, served, fieldValidation, deps.limits);
  matchNamespace(object, namespace);
  const answer = await store.create({ namespace }, object, request.context.with({ dryRun, fieldManager }));
  return answer === undefined
    ? respondStatus(request, done)
    : respondObject(request, 201, output, served, answer.bytes, deps);
};

export const getVirtual: VirtualHandler = async (request, resource, deps) => {
  const output = virtualOutputOf(request, resource.served);
  const { served, store } = resource;
  return respondObject(request, 200, output, served, (await store.get(request.info.pathName)).bytes, deps);
};

/** LIST: all there are, of no resourceVersion and in one page, whatever was asked for. */
export const listVirtual: VirtualHandler = async (request, resource, deps) => {
  const { served, store } = resource;
  const output = virtualOutputOf(request, resource.served);
  const { labels, fields } = listOptionsOf(request.query, { served, name: '' });
  const { transform, table } = listOutputOf(request, output, served);
  const items = (await store.list()).filter((object) => labels.matches(object.labels) && fields.matches(object.fields));
  if (table !== undefined) {
    return respondBytes(request, 200, output, wholeTable(served, items, table, '{}', deps.clock.wallTime()));
  }
  if (output.format === 'protobuf') {
    const body = protobufUnstoredList(served, items, transform?.version);
    return respondBody(request, 200, contentTypeOf.protobuf, body);
  }
  const list = transform === undefined ? listOf(served, items) : partialMetadataListOf(items, transform.version);
  return respondJson(request, 200, output, list);
};

const listOf = (served: VirtualResource, items: readonly StoredObject[]): JsonObject => ({
  kind: `${served.kind}List`,
  apiVersion: apiVersionOf(served),
  metadata: {},
  items: items.map((item) => {
    const { kind: _kind, apiVersion: _apiVersion, ...object } = item.parse();
    return object;
  }),
});

const partialMetadataListOf = (items: readonly StoredObject[], version: Transform['version']): JsonObject => {
  const of = { kind: 'PartialObjectMetadata', apiVersion: `meta.k8s.io/${version}` };
  const partial = items.map((item): JsonObject => ({ ...of, metadata: metadataOf(item.parse()) }));
  return { ...of, kind: `${of.kind}List`, metadata: {}, items: partial };
};
