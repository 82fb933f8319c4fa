import {
  boolType,
  dynType,
  type Field,
  listType,
  mapType,
  objectType,
  stringType,
  type Type,
} from '../../machinery/cel/type.ts';

/** An object type of this program's own, with fields of their own names. */
export const declaredObject = (name: string, fields: Readonly<Record<string, Type>>): Type =>
  objectType(
    `kubernetes.${name}`,
    new Map(Object.entries(fields).map(([field, type]): [string, Field] => [field, { name: field, type }])),
  );

const texts = listType(stringType);
const kind = declaredObject('GroupVersionKind', { group: stringType, version: stringType, kind: stringType });
const resource = declaredObject('GroupVersionResource', {
  group: stringType,
  version: stringType,
  resource: stringType,
});
const user = declaredObject('UserInfo', {
  username: stringType,
  uid: stringType,
  groups: texts,
  extra: mapType(stringType, texts),
});

/** What expressions about admission know as `request`: a review's, without the objects. */
export const admissionRequestType = declaredObject('AdmissionRequest', {
  kind,
  resource,
  subResource: stringType,
  requestKind: kind,
  requestResource: resource,
  requestSubResource: stringType,
  name: stringType,
  namespace: stringType,
  operation: stringType,
  userInfo: user,
  dryRun: boolType,
  options: dynType,
});
