/** What a program needs of this folder: the entry `crowsnest/client`. */
export { ApiClient, type ApiClientOptions } from './api-client.ts';
export { type ApiKind, apiKind, type InputOf, type ObjectOf } from './api-kind.ts';
export { type Change, Changes } from './changes.ts';
export { type DefinedKind, defineKind } from './define-kind.ts';
export { type Handlers, Informer, type InformerOptions, type ReconcileOptions } from './informer.ts';
export { type JsonSchema, typedSchema } from './json-schema.ts';
export { KindClient, type ObjectList, type Scale } from './kind-client.ts';
export type { KindDefinition } from './kind-definition.ts';
export { KindError } from './kind-error.ts';
export type { ListMeta, ObjectMeta, ObjectMetaInput, OwnerReference } from './object-meta.ts';
export type { Configuration, JsonPatchOperation, MergePatch } from './patch-body.ts';
export type * from './request-options.ts';
export { type FailureStatus, isRefusal, ResponseError } from './response-error.ts';
export type { WatchEvent } from './watch-event.ts';
