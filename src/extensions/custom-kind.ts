import type { Kind } from '../api/kind.ts';
import type { AskedConversion, Conversion, ServedVersion } from '../api/served-version.ts';
import type { StoredForm, StoredKind, VersionForm } from '../api/stored-kind.ts';
import type { SubresourceKind } from '../api/subresource-kind.ts';
import type {
  CustomResourceDefinition,
  CustomResourceDefinitionNames,
  CustomResourceDefinitionSpec,
  CustomResourceDefinitionVersion,
} from '../api/types/apiextensions-v1.generated.ts';
import { everyVerb, statusSubresource, type Verb } from '../api/verb.ts';
import { apiVersionOf } from '../machinery/gvk.ts';
import { deprecationOf } from './deprecation.ts';
import { printerColumns } from './printer-columns.ts';
import { scaleOfPaths } from './scale-paths.ts';
import { selectableFields, selectableLabels } from './selectable-fields.ts';
import { versionStrategy } from './version-strategy.ts';
import { VersionType } from './version-type.ts';

interface Version {
  readonly definition: CustomResourceDefinitionVersion;
  readonly type: VersionType;
}

/**
 * The kind that a definition describes, under the names that were accepted for it; undefined while it has none. The version
 * that is stored is the hub. `asked`: how objects come from one version into another where a webhook is to be asked.
 */
export function customKindOf(definition: CustomResourceDefinition, asked: AskedConversion): Kind | undefined {
  const { spec = {}, status = {} } = definition;
  const names = status.acceptedNames ?? {};
  const versions = (spec.versions ?? []).map((version): Version => {
    return { definition: version, type: new VersionType(version, spec.preserveUnknownFields === true) };
  });
  const hub = versions.find((version) => version.definition.storage === true);
  if (hub === undefined || !names.plural || !names.kind) return undefined;
  const stored = storedKind(spec, names, hub, versions);
  const asks = convertsByWebhook(spec) && versions.length > 1;
  const conversion = asks ? coercing(asked, spec.group ?? '', versions) : undefined;
  const all = [hub, ...versions.filter((version) => version !== hub)];
  const served = all.map((version) => [version, servedVersion(stored, spec, names, version, hub, conversion)] as const);
  return {
    stored,
    versions: served.flatMap(([version, made]) => (version.definition.served === true ? [made] : [])),
    unserved: served.flatMap(([version, made]) => (version.definition.served === true ? [] : [made])),
  };
}

const convertsByWebhook = ({ conversion }: CustomResourceDefinitionSpec): boolean => conversion?.strategy === 'Webhook';

function storedKind(
  spec: CustomResourceDefinitionSpec,
  names: CustomResourceDefinitionNames,
  hub: Version,
  versions: readonly Version[],
): StoredKind {
  const { group = '' } = spec;
  const { plural = '', kind = '' } = names;
  return {
    group,
    version: hub.definition.name ?? '',
    kind,
    resource: plural,
    namespaced: spec.scope === 'Namespaced',
    storagePrefix: `${group}/${plural}`,
    fields: selectableFields(versions.map(({ definition }) => definition)),
    strategy: versionStrategy(hub.type, hub.definition.subresources),
    form: storedForm(spec, names, hub, convertsByWebhook(spec) ? [] : versions),
    ...(convertsByWebhook(spec) && versions.length > 1 && { otherForms: otherForms(spec, names, hub, versions) }),
  };
}

/** A webhook is asked when somebody wants an object, and not when it is read: so it is kept as it is stored. */
const otherForms = (
  spec: CustomResourceDefinitionSpec,
  names: CustomResourceDefinitionNames,
  hub: Version,
  versions: readonly Version[],
): readonly VersionForm[] =>
  versions
    .filter((version) => version !== hub)
    .map((version) => ({
      version: version.definition.name ?? '',
      strategy: versionStrategy(version.type, version.definition.subresources),
      form: storedForm(spec, names, version, []),
    }));

/** What a webhook made, without what the version does not know. */
const coercing = (asked: AskedConversion, group: string, versions: readonly Version[]): AskedConversion => {
  const types = new Map(
    versions.map(({ definition: { name = '' }, type }) => [apiVersionOf({ group, version: name }), type]),
  );
  return {
    async convert(objects, apiVersion) {
      const converted = await asked.convert(objects, apiVersion);
      return converted.map((object, index) =>
        object === objects[index] ? object : (types.get(apiVersion)?.coerce(object) ?? object),
      );
    },
  };
};

function storedForm(
  spec: CustomResourceDefinitionSpec,
  { kind = '' }: CustomResourceDefinitionNames,
  hub: Version,
  versions: readonly Version[],
): StoredForm {
  const others = versions.filter((version) => version !== hub);
  return {
    revise: (object) => hub.type.revise(object),
    toStoredForm: (object) => void hub.type.setDefaults(hub.type.coerce(object)),
    otherVersions: new Map(
      others.map(({ definition: { name = '' }, type }) => [
        `${apiVersionOf({ group: spec.group ?? '', version: name })} ${kind}`,
        (object) => {
          type.revise(object);
          object['apiVersion'] = apiVersionOf({ group: spec.group ?? '', version: hub.definition.name ?? '' });
          return object;
        },
      ]),
    ),
  };
}

function servedVersion(
  stored: StoredKind,
  spec: CustomResourceDefinitionSpec,
  names: CustomResourceDefinitionNames,
  { definition, type }: Version,
  hub: Version,
  asked: AskedConversion | undefined,
): ServedVersion {
  const { name: version = '', subresources = {} } = definition;
  const isHub = type === hub.type;
  const { group, kind, resource, namespaced } = stored;
  const deprecation = deprecationOf(spec, definition, kind);
  const labels = selectableLabels(definition);
  const scale = subresources.scale;
  return {
    stored,
    group,
    version,
    kind,
    listKind: names.listKind || `${kind}List`,
    resource,
    singular: names.singular ?? kind.toLowerCase(),
    shortNames: names.shortNames ?? [],
    categories: names.categories ?? [],
    namespaced,
    verbs: everyVerb,
    subresources: subresourcesOf(definition),
    columns: printerColumns(definition.additionalPrinterColumns),
    custom: type,
    strategy: isHub ? stored.strategy : versionStrategy(type, definition.subresources),
    fieldLabels: Object.fromEntries(labels.map((label) => [label, label])),
    ...(scale !== undefined && {
      subresourceKinds: { scale: scaleOfPaths(scale) } satisfies Record<string, SubresourceKind>,
    }),
    ...(deprecation !== undefined && { deprecation }),
    ...(asked !== undefined ? { asked } : !isHub && { conversion: conversionTo(type) }),
  };
}

/** Only the version that an object says it is of differs, and what its schema knows. */
const conversionTo = (type: VersionType): Conversion => ({
  toHub: (object) => object,
  fromHub: (object) => type.coerce(object),
});

const scaleVerbs = { scale: ['get', 'patch', 'update'] } as const satisfies Record<string, readonly Verb[]>;

const subresourcesOf = ({ subresources = {} }: CustomResourceDefinitionVersion): ServedVersion['subresources'] => ({
  ...(subresources.status !== undefined && statusSubresource),
  ...(subresources.scale !== undefined && scaleVerbs),
});
