import type { Served } from '../api/served-version.ts';
import type { JsonObject } from '../machinery/json-value.ts';
import { kubernetesSchema } from '../machinery/schema/kubernetes-schema.ts';
import {
  capital,
  documentOperation,
  groupTag,
  groupVersionPath,
  type Operation,
  operationsOf,
  type PathOperations,
  type TypeReference,
} from './openapi-operations.ts';
import { type ParameterForm, parametersOf } from './openapi-parameters.ts';
import { type OpenApiVersion, refPrefix } from './schema-definitions.ts';

const representations = ['application/json', 'application/yaml', 'application/vnd.kubernetes.protobuf'];
const streams = ['application/json;stream=watch', 'application/vnd.kubernetes.protobuf;stream=watch'];
const patches = [
  'application/json-patch+json',
  'application/merge-patch+json',
  'application/strategic-merge-patch+json',
  'application/apply-patch+yaml',
];

/** How a client says who it is, as the original tells it. */
export const bearerToken: JsonObject = {
  BearerToken: { type: 'apiKey', name: 'authorization', in: 'header', description: 'Bearer Token authentication' },
};

/** The paths of `resources`, with the lists of resources of their group versions. v2 is of the whole server. */
export function pathItems(resources: readonly Served[], version: OpenApiVersion): JsonObject {
  const groupVersions = new Map(resources.map((served) => [groupVersionPath(served.group, served.version), served]));
  const paths: PathOperations[] = [
    ...(version === 'v2' ? serverPaths(resources) : []),
    ...[...groupVersions].map(([path, { group, version: own }]) =>
      documentOperation(
        `/${path}/`,
        `get${capital(groupTag(group))}${capital(own)}APIResources`,
        `${groupTag(group)}_${own}`,
        'APIResourceList',
        version === 'v2' ? 'document' : 'object',
      ),
    ),
    ...resources.flatMap(operationsOf),
  ];
  const item = version === 'v2' ? pathItemV2 : pathItemV3;
  return Object.fromEntries(paths.map(({ path, operations }) => [path, item(operations)]));
}

function serverPaths(resources: readonly Served[]): PathOperations[] {
  const groups = new Set(resources.map(({ group }) => group).filter((group) => group !== ''));
  return [
    documentOperation('/api/', 'getCoreAPIVersions', 'core', 'APIVersions'),
    documentOperation('/apis/', 'getAPIVersions', 'apis', 'APIGroupList'),
    ...[...groups].map((group) =>
      documentOperation(`/apis/${group}/`, `get${capital(groupTag(group))}APIGroup`, groupTag(group), 'APIGroup'),
    ),
    documentOperation('/version/', 'getCodeVersion', 'version', 'Info', 'version'),
  ];
}

/** Parameters that every operation of a path has stand beside them. */
function sharedBy(operations: readonly Operation[]): Operation['parameters'] {
  const [first, ...others] = operations;
  return first?.parameters.filter((key) => others.every(({ parameters }) => parameters.includes(key))) ?? [];
}

const ownOf = (operation: Operation, shared: Operation['parameters']): readonly ParameterForm[] =>
  parametersOf(operation.parameters.filter((key) => !shared.includes(key)));

const kinds = 'io.k8s.apimachinery.pkg.apis.meta.v1';

function reference(type: TypeReference, version: OpenApiVersion): JsonObject {
  if (type === 'string') return { type };
  if (type === 'Info') return { $ref: `${refPrefix[version]}io.k8s.apimachinery.pkg.version.Info` };
  if (typeof type === 'string') return { $ref: `${refPrefix[version]}${kinds}.${type}` };
  const name = type.model ?? kubernetesSchema().byKind(type, type.kind)?.name;
  return name === undefined ? { type: 'object' } : { $ref: refPrefix[version] + name };
}

const meaningOf = { 200: 'OK', 201: 'Created', 202: 'Accepted', 401: 'Unauthorized' } as const;

/** What a kind is not sent as that was itself defined. */
const notCustom = /protobuf|strategic/;

const producedBy = (operation: Operation): string[] =>
  operation.custom === true
    ? producedByOwn(operation).filter((type) => !notCustom.test(type))
    : producedByOwn(operation);

const patchesTaken = ({ custom }: Operation): string[] =>
  custom === true ? patches.filter((type) => !notCustom.test(type)) : patches;

const producedByForm: Readonly<Record<Operation['form'], string[]>> = {
  object: representations,
  document: representations,
  stream: [...representations, ...streams],
  version: ['application/json'],
  text: ['text/plain', ...representations],
  any: ['*/*'],
};

const producedByOwn = ({ form }: Operation): string[] => producedByForm[form];

function extensionsOf({ action, of }: Operation): JsonObject {
  if (action === undefined || of === undefined) return {};
  return { 'x-kubernetes-action': action, 'x-kubernetes-group-version-kind': { ...of } };
}

function pathItemV2(operations: readonly Operation[]): JsonObject {
  const shared = sharedBy(operations);
  const item: JsonObject = Object.fromEntries(
    operations.map((operation) => [operation.method, operationV2(operation, ownOf(operation, shared))]),
  );
  if (shared.length > 0) item['parameters'] = parametersOf(shared).map(parameterV2);
  return item;
}

function operationV2(operation: Operation, own: readonly ParameterForm[]): JsonObject {
  const { id, tag, body, form, codes, answer, description } = operation;
  const parameters = own.map(parameterV2);
  // By its name it stands before all others but one.
  if (body !== undefined) {
    const before = own[0]?.name === 'allowWatchBookmarks' ? 1 : 0;
    parameters.splice(before, 0, bodyV2(body));
  }
  const produces = producedBy(operation);
  const whole = { schema: reference(answer, 'v2') };
  return {
    description,
    consumes:
      form === 'document' || form === 'version' ? produces : body?.patch === true ? patchesTaken(operation) : ['*/*'],
    operationId: id,
    ...(parameters.length > 0 && { parameters }),
    produces,
    responses: {
      ...Object.fromEntries(codes.map((code) => [code, { description: meaningOf[code], ...whole }])),
      '401': { description: meaningOf[401] },
    },
    schemes: ['https'],
    tags: [tag],
    ...extensionsOf(operation),
  };
}

const sharedBodies: Readonly<Partial<Record<string, string>>> = {
  DeleteOptions: 'body-2Y1dVQaQ',
  Patch: 'body-78PwaGsr',
};

function bodyV2({ type }: NonNullable<Operation['body']>): JsonObject {
  const shared = typeof type === 'string' ? sharedBodies[type] : undefined;
  return shared === undefined ? bodyForm(type, true) : { $ref: `#/parameters/${shared}` };
}

const bodyForm = (type: TypeReference, required: boolean): JsonObject => ({
  name: 'body',
  in: 'body',
  ...(required && { required: true }),
  schema: reference(type, 'v2'),
});

const parameterV2 = (parameter: ParameterForm): JsonObject =>
  parameter.sharedAs === undefined ? parameterForm(parameter) : { $ref: `#/parameters/${parameter.sharedAs}` };

const parameterForm = ({ name, place, type }: ParameterForm): JsonObject => ({
  name,
  in: place,
  ...(place === 'path' && { required: true }),
  type,
  uniqueItems: true,
});

/** v2's parameters that stand once for all operations. */
export const sharedParameters = (forms: readonly ParameterForm[]): JsonObject => ({
  ...Object.fromEntries(
    forms.flatMap((form) => (form.sharedAs === undefined ? [] : [[form.sharedAs, parameterForm(form)]])),
  ),
  [sharedBodies['DeleteOptions'] ?? '']: bodyForm('DeleteOptions', false),
  [sharedBodies['Patch'] ?? '']: bodyForm('Patch', true),
});

function pathItemV3(operations: readonly Operation[]): JsonObject {
  const shared = sharedBy(operations);
  const item: JsonObject = Object.fromEntries(
    operations.map((operation) => [operation.method, operationV3(operation, ownOf(operation, shared))]),
  );
  if (shared.length > 0) item['parameters'] = parametersOf(shared).map(parameterV3);
  return item;
}

function operationV3(operation: Operation, own: readonly ParameterForm[]): JsonObject {
  const { id, tag, body, codes, answer, description } = operation;
  const content = contentOf(producedBy(operation), answer);
  return {
    description,
    operationId: id,
    ...(own.length > 0 && { parameters: own.map(parameterV3) }),
    ...(body !== undefined && {
      requestBody: {
        content: contentOf(body.patch ? patchesTaken(operation) : ['*/*'], body.type),
        ...(body.required && { required: true }),
      },
    }),
    responses: {
      ...Object.fromEntries(codes.map((code) => [code, { description: meaningOf[code], content }])),
      '401': { description: meaningOf[401] },
    },
    tags: [tag],
    ...extensionsOf(operation),
  };
}

const contentOf = (types: readonly string[], type: TypeReference): JsonObject =>
  Object.fromEntries(types.map((name) => [name, { schema: reference(type, 'v3') }]));

const parameterV3 = ({ name, place, type }: ParameterForm): JsonObject => ({
  name,
  in: place,
  ...(place === 'path' && { required: true }),
  schema: { type, uniqueItems: true },
});
