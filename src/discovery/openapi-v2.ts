import type { Served } from '../api/served-version.ts';
import type { JsonObject } from '../machinery/json-value.ts';
import type { Descriptions } from './descriptions.ts';
import { type EncodedDocument, encodedBody, encodedDocument } from './encoded-document.ts';
import { sharedConnectParameters } from './openapi-connects.ts';
import { parameters } from './openapi-parameters.ts';
import { bearerToken, pathItems, sharedParameters } from './openapi-paths.ts';
import { openApiV2Protobuf } from './openapi-v2-protobuf.ts';
import { schemaDefinitions } from './schema-definitions.ts';

/** `/openapi/v2`: the types and paths of all resources in one document, from which older clients check what they send. */
export function openApiV2Document(
  resources: readonly Served[],
  form: 'json' | 'protobuf',
  descriptions: Descriptions,
): EncodedDocument {
  const document: JsonObject = {
    swagger: '2.0',
    info: { title: 'Kubernetes', version: 'unversioned' },
    paths: pathItems(resources, 'v2'),
    definitions: schemaDefinitions(resources, 'v2', descriptions),
    parameters: sharedParameters([...Object.values(parameters), ...sharedConnectParameters(resources)]),
    securityDefinitions: bearerToken,
    security: [{ BearerToken: [] }],
  };
  return form === 'json' ? encodedDocument(document) : encodedBody(openApiV2Protobuf(document));
}
