import { compareText } from '../../machinery/compare-text.ts';
import { isJsonObject, type JsonObject, type JsonValue, objectAt } from '../../machinery/json-value.ts';

/** A field: its name in Go, in JSON, and what it is when nothing was set. */
type Row = readonly [name: string, json: string, kind: Kind];
type Kind =
  | 'text'
  | 'flag'
  | 'number'
  | 'any'
  | 'schema'
  | 'schemas'
  | 'properties'
  | 'orBool'
  | 'orArray'
  | 'orStrings';

const schemaRows: readonly Row[] = [
  ['ID', 'id', 'text'],
  ['Schema', '$schema', 'text'],
  ['Ref', '$ref', 'any'],
  ['Description', 'description', 'text'],
  ['Type', 'type', 'text'],
  ['Nullable', 'nullable', 'flag'],
  ['Format', 'format', 'text'],
  ['Title', 'title', 'text'],
  ['Default', 'default', 'any'],
  ['Maximum', 'maximum', 'any'],
  ['ExclusiveMaximum', 'exclusiveMaximum', 'flag'],
  ['Minimum', 'minimum', 'any'],
  ['ExclusiveMinimum', 'exclusiveMinimum', 'flag'],
  ['MaxLength', 'maxLength', 'any'],
  ['MinLength', 'minLength', 'any'],
  ['Pattern', 'pattern', 'text'],
  ['MaxItems', 'maxItems', 'any'],
  ['MinItems', 'minItems', 'any'],
  ['UniqueItems', 'uniqueItems', 'flag'],
  ['MultipleOf', 'multipleOf', 'any'],
  ['Enum', 'enum', 'any'],
  ['MaxProperties', 'maxProperties', 'any'],
  ['MinProperties', 'minProperties', 'any'],
  ['Required', 'required', 'any'],
  ['Items', 'items', 'orArray'],
  ['AllOf', 'allOf', 'schemas'],
  ['OneOf', 'oneOf', 'schemas'],
  ['AnyOf', 'anyOf', 'schemas'],
  ['Not', 'not', 'schema'],
  ['Properties', 'properties', 'properties'],
  ['AdditionalProperties', 'additionalProperties', 'orBool'],
  ['PatternProperties', 'patternProperties', 'properties'],
  ['Dependencies', 'dependencies', 'orStrings'],
  ['AdditionalItems', 'additionalItems', 'orBool'],
  ['Definitions', 'definitions', 'properties'],
  ['ExternalDocs', 'externalDocs', 'any'],
  ['Example', 'example', 'any'],
  ['XPreserveUnknownFields', 'x-kubernetes-preserve-unknown-fields', 'any'],
  ['XEmbeddedResource', 'x-kubernetes-embedded-resource', 'flag'],
  ['XIntOrString', 'x-kubernetes-int-or-string', 'flag'],
  ['XListMapKeys', 'x-kubernetes-list-map-keys', 'any'],
  ['XListType', 'x-kubernetes-list-type', 'any'],
  ['XMapType', 'x-kubernetes-map-type', 'any'],
];

const ruleRows: readonly Row[] = [
  ['Rule', 'rule', 'text'],
  ['Message', 'message', 'text'],
  ['MessageExpression', 'messageExpression', 'text'],
  ['Reason', 'reason', 'any'],
  ['FieldPath', 'fieldPath', 'text'],
  ['OptionalOldSelf', 'optionalOldSelf', 'any'],
];

const columnRows: readonly Row[] = [
  ['Name', 'name', 'text'],
  ['Type', 'type', 'text'],
  ['Format', 'format', 'text'],
  ['Description', 'description', 'text'],
  ['Priority', 'priority', 'number'],
  ['JSONPath', 'jsonPath', 'text'],
];

const scaleRows: readonly Row[] = [
  ['SpecReplicasPath', 'specReplicasPath', 'text'],
  ['StatusReplicasPath', 'statusReplicasPath', 'text'],
  ['LabelSelectorPath', 'labelSelectorPath', 'any'],
];

/** A schema as messages of an API server show it: by Go's names, with all fields. */
export function shownSchema(schema: JsonObject): JsonObject {
  const shown = struct(schemaRows, schema);
  shown['XValidations'] = listOf(schema['x-kubernetes-validations'], shownRule);
  return shown;
}

export const shownRule = (rule: JsonObject): JsonObject => struct(ruleRows, rule);

/** The versions of a definition in the same way. */
export const shownVersions = (versions: readonly JsonObject[]): JsonValue => versions.map(shownVersion);

function shownVersion(version: JsonObject): JsonObject {
  const schema = objectAt(version, 'schema');
  const openApi = objectAt(schema, 'openAPIV3Schema');
  const subresources = objectAt(version, 'subresources');
  const scale = objectAt(subresources, 'scale');
  return {
    Name: version['name'] ?? '',
    Served: version['served'] ?? false,
    Storage: version['storage'] ?? false,
    Deprecated: version['deprecated'] ?? false,
    DeprecationWarning: version['deprecationWarning'] ?? null,
    Schema: schema === undefined ? null : { OpenAPIV3Schema: openApi === undefined ? null : shownSchema(openApi) },
    Subresources:
      subresources === undefined
        ? null
        : { Status: subresources['status'] ?? null, Scale: scale === undefined ? null : struct(scaleRows, scale) },
    AdditionalPrinterColumns: listOf(version['additionalPrinterColumns'], (column) => struct(columnRows, column)),
    SelectableFields: listOf(version['selectableFields'], (field) => ({ JSONPath: field['jsonPath'] ?? '' })),
  };
}

const listOf = (value: JsonValue | undefined, shown: (item: JsonObject) => JsonObject): JsonValue =>
  Array.isArray(value) ? value.filter(isJsonObject).map(shown) : null;

function struct(rows: readonly Row[], object: JsonObject): JsonObject {
  const shown: JsonObject = {};
  for (const [name, json, kind] of rows) shown[name] = shownAs(kind, object[json] ?? null);
  return shown;
}

function shownAs(kind: Kind, value: JsonValue): JsonValue {
  switch (kind) {
    case 'text':
      return value ?? '';
    case 'flag':
      return value ?? false;
    case 'number':
      return value ?? 0;
    case 'any':
      return value;
    case 'schema':
      return isJsonObject(value) ? shownSchema(value) : null;
    case 'schemas':
      return listOf(value, shownSchema);
    case 'properties':
      return entriesOf(value, (item) => (isJsonObject(item) ? shownSchema(item) : item));
    case 'orBool':
      if (value === null) return null;
      return isJsonObject(value) ? { Allows: true, Schema: shownSchema(value) } : { Allows: value, Schema: null };
    case 'orArray':
      if (value === null) return null;
      return {
        Schema: isJsonObject(value) ? shownSchema(value) : null,
        JSONSchemas: listOf(value, shownSchema),
      };
    case 'orStrings':
      return entriesOf(value, (item) => ({
        Schema: isJsonObject(item) ? shownSchema(item) : null,
        Property: Array.isArray(item) ? item : null,
      }));
    default:
      return kind satisfies never;
  }
}

function entriesOf(value: JsonValue, shown: (item: JsonValue) => JsonValue): JsonValue {
  if (!isJsonObject(value)) return null;
  const keys = Object.keys(value).sort(compareText);
  return Object.fromEntries(keys.map((key) => [key, shown(value[key] ?? null)]));
}
