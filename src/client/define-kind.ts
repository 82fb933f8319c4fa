import type { ApiKind } from './api-kind.ts';
import type { CustomObject, CustomObjectInput, FirstVersion, VersionName } from './custom-object.ts';
import type { CustomResourceDefinition, DefinedVersion } from './custom-resource-definition.ts';
import type { JsonSchema } from './json-schema.ts';
import type { KindDefinition, Subresources, VersionDefinition, VersionParts } from './kind-definition.ts';
import { KindError } from './kind-error.ts';
import { pluralName } from './plural-name.ts';
import { type StructuralSchema } from './schema-place.ts';
import { isStandardSchema } from './standard-schema.ts';
import { structuralSchema } from './structural-schema.ts';

/** One version of a kind that is defined. */
export type KindVersion<Definition extends KindDefinition, Name> = ApiKind<
  CustomObject<Definition, Name>,
  CustomObjectInput<Definition, Name>
>;

/** A kind that is defined, in its first version. */
export type DefinedKind<Definition extends KindDefinition = KindDefinition> = KindVersion<
  Definition,
  FirstVersion<Definition>
> & {
  /** What a server is told of it, and `kubectl apply` could be: JSON. */
  readonly definition: CustomResourceDefinition;
  /** The same kind in another of its versions. */
  readonly inVersion: <Name extends VersionName<Definition>>(name: Name) => KindVersion<Definition, Name>;
};

/**
 * A kind of your own, and the type of its objects with it:
 *
 *     const Widget = defineKind({
 *       group: 'example.com',
 *       kind: 'Widget',
 *       versions: ['v1'],
 *       schema: { type: 'object', properties: { spec: { type: 'object', properties: { size: { type: 'integer' } } } } },
 *     });
 *
 * Nothing is done yet. What a server would refuse is for the server to say.
 * @throws {KindError} for what cannot be made a CustomResourceDefinition of
 */
export function defineKind<const Definition extends KindDefinition>(definition: Definition): DefinedKind<Definition> {
  const { group, kind, scope = 'Namespaced' } = definition;
  if (!group) throw new KindError(`kind ${JSON.stringify(kind)}: group is missing: the name of a domain, example.com`);
  if (!kind) throw new KindError('kind is missing: Widget');
  const versions = versionsOf(definition);
  const plural = definition.plural ?? pluralName(kind);
  const { singular = kind.toLowerCase(), listKind = `${kind}List`, shortNames, categories, conversion } = definition;
  const { labels, annotations } = definition;
  const made: CustomResourceDefinition = {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `${plural}.${group}`, ...defined({ labels, annotations }) },
    spec: {
      group,
      scope,
      names: { plural, singular, kind, listKind, ...defined({ shortNames, categories }) },
      versions,
      ...defined({ conversion }),
    },
  };
  const inVersion = (version: string): ApiKind => {
    if (versions.some(({ name }) => name === version)) return { group, version, kind, plural, scope };
    throw new KindError(`kind ${JSON.stringify(kind)} has no version ${JSON.stringify(version)}`);
  };
  const first = versions[0]?.name ?? '';
  return { ...inVersion(first), definition: made, inVersion } as DefinedKind<Definition>;
}

function versionsOf(definition: KindDefinition): readonly DefinedVersion[] {
  const at = `kind ${JSON.stringify(definition.kind)}, versions`;
  const { versions } = definition;
  if (!Array.isArray(versions) || versions.length === 0) throw new KindError(`${at}: there is none: ['v1']`);
  const given = versions.map(
    (version: string | VersionDefinition): VersionDefinition =>
      typeof version === 'string' ? { name: version } : version,
  );
  const stored = given.filter(({ storage }) => storage === true);
  if (stored.length > 1)
    throw new KindError(`${at}: one is stored, and not ${stored.map(({ name }) => name).join(' and ')}`);
  if (given[0]?.served === false) throw new KindError(`${at}: the first is what clients use, and has to be served`);
  const storage = stored[0] ?? given[0];
  const common = schemaMaker();
  return given.map((version, index) => {
    const { name, served = true, deprecated, deprecationWarning } = version;
    if (!name) throw new KindError(`${at}[${index}]: it has no name`);
    const parts = partsOf(definition, version);
    const path = version.schema === undefined ? 'schema' : `versions[${index}].schema`;
    return {
      name,
      served,
      storage: version === storage,
      ...defined({ deprecated, deprecationWarning }),
      schema: { openAPIV3Schema: common(parts.schema, `kind ${JSON.stringify(definition.kind)}, ${path}`) },
      ...defined({
        subresources: subresourcesOf(parts.subresources),
        additionalPrinterColumns: parts.additionalPrinterColumns,
        selectableFields: parts.selectableFields?.map((field) =>
          typeof field === 'string' ? { jsonPath: field } : field,
        ),
      }),
    };
  });
}

const partsOf = (definition: VersionParts, version: VersionParts): VersionParts => ({ ...definition, ...version });

/** Versions that share a schema need it made once. */
function schemaMaker(): (schema: VersionParts['schema'], path: string) => StructuralSchema {
  const made = new Map<VersionParts['schema'], StructuralSchema>();
  return (schema, path) => {
    let known = made.get(schema);
    if (known === undefined) made.set(schema, (known = schemaOf(schema, path)));
    return known;
  };
}

function schemaOf(schema: VersionParts['schema'], path: string): StructuralSchema {
  if (schema === undefined) return { type: 'object', 'x-kubernetes-preserve-unknown-fields': true };
  const made = structuralSchema(printed(schema), path);
  if (made['type'] !== 'object') throw new KindError(`${path}: an object is of type object`);
  return made;
}

const printed = (schema: NonNullable<VersionParts['schema']>): JsonSchema =>
  isStandardSchema(schema) ? schema['~standard'].jsonSchema.input({ target: 'draft-2020-12' }) : schema;

const subresourcesOf = (subresources: Subresources | undefined): DefinedVersion['subresources'] =>
  subresources && {
    ...(subresources.status !== undefined && { status: {} }),
    ...(subresources.scale !== undefined && { scale: subresources.scale }),
  };

/** Without what is undefined: JSON has none. */
const defined = <T extends object>(values: T): { [Key in keyof T]?: Exclude<T[Key], undefined> } =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as {
    [Key in keyof T]?: Exclude<T[Key], undefined>;
  };
