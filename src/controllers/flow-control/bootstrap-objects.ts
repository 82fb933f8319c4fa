import { bootstrapFlowControl, isMandatory, significant } from '../../api/flowcontrol/bootstrap-flow-control.ts';
import { jsonEqual } from '../../machinery/json/json-equal.ts';
import { objectIn } from '../../machinery/json/json-path.ts';
import type { JsonObject } from '../../machinery/json-value.ts';
import { generationOf, metadataMap, metadataOf } from '../../machinery/object-meta.ts';
import { RequestContext } from '../../machinery/request-context.ts';
import type { RestStorage } from '../../registry/rest-storage.ts';
import { missingObject, present, type StartObject } from '../start-objects.ts';

/** Who makes what every cluster has of flow control. */
export const producer = RequestContext.internal('system:apiserver', {
  fieldManager: 'api-priority-and-fairness-config-producer-v1',
});

/** Whether servers keep the spec as it is here. */
const annotation = 'apf.kubernetes.io/autoupdate-spec';

const apiVersion = 'flowcontrol.apiserver.k8s.io/v1';

export type FlowControlStore = Pick<RestStorage, 'get' | 'create' | 'update'>;

/** The priority levels and flow schemas that every cluster has, the levels first: schemas name them. */
export function bootstrapObjects(levels: FlowControlStore, schemas: FlowControlStore): readonly StartObject[] {
  const { priorityLevels, flowSchemas } = bootstrapFlowControl();
  return [
    ...Object.entries(priorityLevels).map(([name, spec]) =>
      kept('prioritylevelconfigurations', levels, {
        kind: 'PriorityLevelConfiguration',
        name,
        spec: spec,
      }),
    ),
    ...Object.entries(flowSchemas).map(([name, spec]) =>
      kept('flowschemas', schemas, { kind: 'FlowSchema', name, spec: spec }),
    ),
  ];
}

interface Wanted {
  readonly kind: string;
  readonly name: string;
  readonly spec: JsonObject;
}

function kept(resource: string, store: FlowControlStore, wanted: Wanted): StartObject {
  const { kind, name, spec } = wanted;
  const scope = { namespace: '', name };
  const content = () => ({
    apiVersion,
    kind,
    metadata: { annotations: { [annotation]: 'true' } },
    spec: structuredClone(spec),
  });
  const made = missingObject(resource, store, scope, content, producer);
  return {
    name: made.name,
    async ensure() {
      const object = await present(store, scope);
      if (object === undefined) await made.ensure();
      else if (revised(object, wanted) !== undefined) {
        await store.update(scope, '', (old) => revised(old, wanted) ?? old, producer);
      }
    },
  };
}

/**
 * The object as it is to be; undefined: it is so already. What has to be there is as it is here, whatever somebody made of
 * it. Everything else is, unless its annotation says that it is not kept, or, where that says nothing, somebody changed it.
 */
function revised(object: JsonObject, { name, spec }: Wanted): JsonObject | undefined {
  const annotations = metadataMap(object, 'annotations');
  const said = goBoolean(annotations[annotation]);
  const isKept = isMandatory(name) || (said ?? generationOf(object) === 1);
  const isOther = isKept && !isAsWanted(objectIn(object, 'spec') ?? {}, spec, name);
  if (said === isKept && !isOther) return undefined;
  const metadata = { ...metadataOf(object), annotations: { ...annotations, [annotation]: String(isKept) } };
  return { ...object, metadata, ...(isOther ? { spec: structuredClone(spec) } : {}) };
}

/** How much of the server exempt requests get is for the cluster to say. */
function isAsWanted(spec: JsonObject, wanted: JsonObject, name: string): boolean {
  const isExempt = name === 'exempt' && wanted['exempt'] !== undefined;
  const compared = isExempt ? { ...wanted, exempt: spec['exempt'] ?? null } : wanted;
  return jsonEqual(significant(spec), significant(compared));
}

/** A text as Go reads a boolean; undefined: it is none. */
export function goBoolean(text: string | undefined): boolean | undefined {
  if (text === undefined) return undefined;
  if (/^(?:1|t|T|true|True|TRUE)$/.test(text)) return true;
  return /^(?:0|f|F|false|False|FALSE)$/.test(text) ? false : undefined;
}

/** It is kept by servers, and is none that this one has. `names`: of those that it has. */
export const isUnwanted = (object: JsonObject, name: string, names: ReadonlySet<string>): boolean =>
  !names.has(name) && goBoolean(metadataMap(object, 'annotations')[annotation]) === true;
