import type { VirtualResource } from '../../api/virtual-resource.ts';
import type { JsonObject } from '../../machinery/json-value.ts';
import { kubernetesSchema } from '../../machinery/schema/kubernetes-schema.ts';
import { fillZeroValues } from '../../machinery/schema/zero-values.ts';
import { genericError } from '../../machinery/status-errors.ts';
import { defaultTokenSeconds, requestToken } from '../../registry/request-token.ts';
import { senderManages } from '../../registry/sender-manages.ts';
import { virtualShape } from '../../registry/virtual-store.ts';
import { encodeUnstored } from '../../translate/object-layout.ts';
import { decodeObject } from '../body/decode-object.ts';
import { writeOptionsOf } from '../options/write-options.ts';
import type { Handler } from './handler.ts';
import { matchNamespace } from './match-object.ts';
import { respondObject } from './respond-object.ts';
import { objectScopeOf } from './scope.ts';
import { virtualOutputOf } from './virtual-output.ts';

/** What is sent and answered. */
const tokenRequests: VirtualResource = {
  group: 'authentication.k8s.io',
  version: 'v1',
  kind: 'TokenRequest',
  resource: 'tokenrequests',
  singular: '',
  shortNames: [],
  categories: [],
  namespaced: true,
  verbs: ['create'],
  subresources: {},
  columns: [],
};

/** POST of a service account's `token`. A dry run gets a token as well, as in the original: nothing is stored in any case. */
export const requestTokenOf: Handler = async (request, { served, store }, deps) => {
  const { tokens, resources, clock } = deps;
  if (tokens === undefined) throw genericError(404);
  const scope = objectScopeOf(request, served);
  const output = virtualOutputOf(request, tokenRequests);
  const { fieldManager, fieldValidation } = writeOptionsOf(request.query, 'CreateOptions');
  const object = await decodeObject(request, tokenRequests, fieldValidation, deps.limits);
  matchNamespace(object, scope.namespace);
  setDefaults(object);
  const now = clock.wallTime();
  senderManages(object, tokenRequests, 'token', request.context.with({ fieldManager }), now);
  await requestToken(
    {
      accounts: store,
      storeOf: (resource) => resources('', 'v1', resource)?.store,
      tokens,
      now,
    },
    scope,
    object,
  );
  fillIn(object);
  const bytes = encodeUnstored(virtualShape(tokenRequests), object);
  return respondObject(request, 201, output, tokenRequests, bytes, deps);
};

function setDefaults(object: JsonObject): void {
  fillIn(object);
  const spec = object['spec'] as JsonObject;
  spec['expirationSeconds'] ??= defaultTokenSeconds;
}

function fillIn(object: JsonObject): void {
  const schema = kubernetesSchema().byKind(tokenRequests, tokenRequests.kind);
  if (schema !== undefined) fillZeroValues(schema, object);
}
