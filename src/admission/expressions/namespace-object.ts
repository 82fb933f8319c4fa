import { intType, listType, mapType, stringType, timestampType } from '../../machinery/cel/type.ts';
import { declaredObject } from './admission-request.ts';

const texts = listType(stringType);
const labels = mapType(stringType, stringType);

/** What expressions about admission know as `namespaceObject`: those fields that say something of a namespace. */
export const namespaceType = declaredObject('Namespace', {
  metadata: declaredObject('NamespaceMetadata', {
    name: stringType,
    generateName: stringType,
    namespace: stringType,
    labels,
    annotations: labels,
    UID: stringType,
    creationTimestamp: timestampType,
    deletionGracePeriodSeconds: intType,
    deletionTimestamp: timestampType,
    generation: intType,
    resourceVersion: stringType,
    finalizers: texts,
  }),
  spec: declaredObject('NamespaceSpec', { finalizers: texts }),
  status: declaredObject('NamespaceStatus', {
    conditions: listType(
      declaredObject('NamespaceCondition', {
        status: stringType,
        type: stringType,
        lastTransitionTime: timestampType,
        message: stringType,
        reason: stringType,
      }),
    ),
    phase: stringType,
  }),
});
