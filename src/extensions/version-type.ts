import type { CustomType } from '../api/served-version.ts';
import type { CustomResourceDefinitionVersion } from '../api/types/apiextensions-v1.generated.ts';
import type { MergeType } from '../machinery/apply/merge-type.ts';
import { jsonEqual } from '../machinery/json/json-equal.ts';
import { isJsonObject, type JsonObject } from '../machinery/json-value.ts';
import { RuleValidator } from '../machinery/rules/rule-validator.ts';
import { type Decoded, DecodeError } from '../machinery/schema/decoder.ts';
import { dropNulls, setDefaults } from '../machinery/structural/default-values.ts';
import {
  CoercionError,
  coerceEmbedded,
  decodeMetadata,
  holdsResources,
  salvagedMetadata,
} from '../machinery/structural/embedded-metadata.ts';
import { mergeTypeOfRoot } from '../machinery/structural/merge-type.ts';
import { prune } from '../machinery/structural/prune.ts';
import { type SchemaNode, SchemaNodeError, schemaNodeOf } from '../machinery/structural/schema-node.ts';
import { openApiSchema } from './openapi-schema.ts';

const anything: JsonObject = { type: 'object', 'x-kubernetes-preserve-unknown-fields': true };

/**
 * The type of one version of a definition: its schema, and what reading, merging and telling it come to. What that takes
 * is made by the first object: a cluster has many definitions of which it has no object.
 */
export class VersionType implements CustomType {
  readonly #schema: JsonObject;
  readonly #prunes: boolean;
  #node: SchemaNode | undefined;
  #mergeType: MergeType | undefined;
  #rules: RuleValidator | 'none' | undefined;

  /** `preservesUnknown`: nothing is ever taken away: a definition that was made before version v1 of definitions. */
  constructor({ schema }: CustomResourceDefinitionVersion, preservesUnknown: boolean) {
    const given = schema?.openAPIV3Schema as unknown as JsonObject | undefined;
    this.#schema = given ?? anything;
    this.#prunes = !preservesUnknown;
  }

  get node(): SchemaNode {
    return (this.#node ??= nodeOf(this.#schema));
  }

  /** The rules in CEL that some of its values have. */
  get rules(): RuleValidator | undefined {
    this.#rules ??= RuleValidator.of(this.node, true) ?? 'none';
    return this.#rules === 'none' ? undefined : this.#rules;
  }

  get mergeType(): MergeType {
    return (this.#mergeType ??= mergeTypeOfRoot(this.node));
  }

  openApi(version: 'v2' | 'v3', objectMeta: JsonObject): JsonObject {
    return openApiSchema(this.#schema, version, { preservesUnknown: !this.#prunes, objectMeta });
  }

  read(object: JsonObject, { applied = false } = {}): Decoded {
    const unknownFields: string[] = [];
    if (object['metadata'] !== undefined) {
      const metadata = decodeMetadata(object['metadata']);
      object['metadata'] = metadata.object;
      unknownFields.push(...metadata.unknownFields);
    }
    if (this.#prunes) {
      unknownFields.push(...prune(object, this.node));
      if (!applied) dropNulls(object, this.node);
    }
    try {
      unknownFields.push(...coerceEmbedded(object, this.node, { dropInvalid: false }));
    } catch (error) {
      if (error instanceof CoercionError) throw new DecodeError(error.message, { cause: error });
      throw error;
    }
    return { object, unknownFields };
  }

  /** What an object that is another version's has, and this one does not know. */
  coerce(object: JsonObject): JsonObject {
    if (this.#prunes) {
      prune(object, this.node);
      dropNulls(object, this.node);
    }
    return object;
  }

  setDefaults(object: JsonObject): boolean {
    return setDefaults(object, this.node);
  }

  /** See ObjectShape. */
  revise(object: JsonObject): boolean {
    let changed = reviseMetadata(object);
    if (this.#prunes) {
      if (prune(object, this.node).length > 0) changed = true;
      if (dropNulls(object, this.node)) changed = true;
    }
    if (holdsResources(this.node)) {
      coerceEmbedded(object, this.node, { dropInvalid: true });
      changed = true;
    }
    return this.setDefaults(object) || changed;
  }
}

/** A schema that says what none can is only in definitions that nobody checked: of their objects it says nothing. */
function nodeOf(schema: JsonObject): SchemaNode {
  try {
    return schemaNodeOf(schema);
  } catch (error) {
    if (error instanceof SchemaNodeError) return schemaNodeOf(anything);
    throw error;
  }
}

/** Objects were stored before anybody looked at their metadata, and before they had a generation. */
function reviseMetadata(object: JsonObject): boolean {
  const given = object['metadata'];
  if (!isJsonObject(given)) return false;
  const metadata = readMetadata(given);
  metadata['generation'] ??= 1;
  if (jsonEqual(metadata, given)) return false;
  object['metadata'] = metadata;
  return true;
}

function readMetadata(given: JsonObject): JsonObject {
  try {
    return decodeMetadata(given).object;
  } catch (error) {
    if (error instanceof DecodeError) return salvagedMetadata(given) ?? {};
    throw error;
  }
}
