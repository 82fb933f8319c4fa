import { deduced, type MergeType, metadataType, type StructType, scalarType } from '../apply/merge-type.ts';
import { compareText } from '../compare-text.ts';
import type { JsonValue } from '../json-value.ts';
import { kubernetesSchema } from '../schema/kubernetes-schema.ts';
import { additionalNode, type SchemaNode } from './schema-node.ts';

const objectMeta = 'io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta';
const [text, numeric, truth] = [scalarType('string'), scalarType('numeric'), scalarType('boolean')];
/** A text of a format may be written as something else: a number, for one. */
const untyped = scalarType('untyped');

/** How objects of a definition's version are merged: as its schema says, with the metadata that all objects have. */
export const mergeTypeOfRoot = (node: SchemaNode): StructType => structOf(node, true, false);

/** `open`: something around it preserves what it does not know, so all that is below may have more fields than it says. */
function typeOf(node: SchemaNode, open: boolean): MergeType {
  const opens = open || node.preservesUnknown;
  switch (node.type) {
    case 'string':
      return node.limits.format === '' || node.limits.format === 'byte' ? text : untyped;
    case 'integer':
    case 'number':
      return numeric;
    case 'boolean':
      return truth;
    case 'array':
      return listOf(node, opens);
    case 'object':
      return objectOf(node, opens);
    default:
      return node.properties.size === 0 ? deduced : structOf(node, node.isResource, open);
  }
}

function objectOf(node: SchemaNode, opens: boolean): MergeType {
  const atomic = node.mapType === 'atomic';
  if (node.properties.size > 0 || node.isResource) return structOf(node, node.isResource, opens);
  const values = additionalNode(node);
  if (node.additionalProperties === false) return { kind: 'struct', atomic, fields: new Map() };
  return { kind: 'map', atomic, values: values === undefined ? deduced : typeOf(values, opens) };
}

function structOf(node: SchemaNode, isResource: boolean, open: boolean): StructType {
  const opens = open || node.preservesUnknown;
  const fields = new Map<string, MergeType>();
  for (const [name, property] of node.properties) fields.set(name, typeOf(property, opens));
  if (isResource) {
    fields.set('apiVersion', text).set('kind', text);
    const schema = kubernetesSchema().byName(objectMeta);
    if (schema !== undefined) fields.set('metadata', metadataType(schema));
  }
  const values = additionalNode(node);
  const others = values !== undefined ? typeOf(values, opens) : opens || node.additionalProperties === true;
  return {
    kind: 'struct',
    atomic: node.mapType === 'atomic',
    fields,
    ...(others !== false && { others: others === true ? deduced : others }),
  };
}

function listOf({ listType, listMapKeys, items }: SchemaNode, opens: boolean): MergeType {
  const defaults: Record<string, JsonValue> = {};
  if (listType === 'map') {
    for (const key of listMapKeys) {
      const value = items?.properties.get(key)?.default;
      if (value !== undefined) defaults[key] = value;
    }
  }
  return {
    kind: 'list',
    atomic: listType !== 'set' && listType !== 'map',
    keys: listType === 'map' ? [...listMapKeys].sort(compareText) : [],
    defaults,
    items: items === undefined ? deduced : typeOf(items, opens),
  };
}
