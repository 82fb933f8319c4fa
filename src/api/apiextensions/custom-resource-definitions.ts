import { objectsAt, stringsAt, textAt } from '../../machinery/json/json-path.ts';
import type { JsonObject } from '../../machinery/json-value.ts';
import { dns1123Subdomain } from '../../machinery/validation/dns.ts';
import { defineKind } from '../kind.ts';
import { column, nameColumn, wide } from '../printing/columns.ts';
import { genericStrategy } from '../strategy/generic-strategy.ts';
import type { Strategy } from '../strategy/strategy.ts';
import type { CustomResourceDefinition } from '../types/apiextensions-v1.generated.ts';
import { everyVerb, statusSubresource } from '../verb.ts';
import { decodeInnerSchemas } from './decoded-schemas.ts';
import { setCondition } from './definition-conditions.ts';
import { definitionErrors, statusErrors } from './definition-validation.ts';
import { definitionWarnings } from './definition-warnings.ts';

/** Keeps a definition until its objects are gone. */
export const cleanupFinalizer = 'customresourcecleanup.apiextensions.k8s.io';

const typed = (object: JsonObject): CustomResourceDefinition => object;

function defaults({ spec, status, ...definition }: CustomResourceDefinition): void {
  if (spec === undefined) return;
  const names = (spec.names ??= {});
  const kind = names.kind ?? '';
  if (!names.singular && kind !== '') names.singular = kind.toLowerCase();
  if (!names.listKind && kind !== '') names.listKind = `${kind}List`;
  const conversion = (spec.conversion ??= { strategy: 'None' });
  // It says nothing, and the original forgets it.
  if (
    conversion.webhook?.clientConfig === undefined &&
    (conversion.webhook?.conversionReviewVersions ?? []).length === 0
  )
    delete conversion.webhook;
  const service = conversion.webhook?.clientConfig?.service;
  if (service !== undefined) service.port ??= 443;
  for (const { schema } of spec.versions ?? []) {
    const root = schema?.openAPIV3Schema as unknown as JsonObject | undefined;
    if (root !== undefined) decodeInnerSchemas(root);
  }
  const stored = storageVersion({ ...definition, spec });
  if (status !== undefined && (status.storedVersions ?? []).length === 0 && stored !== undefined) {
    status.storedVersions = [stored];
  }
}

const storageVersion = ({ spec }: CustomResourceDefinition): string | undefined =>
  spec?.versions?.find(({ storage }) => storage === true)?.name;

/** Whatever was stored in a version stays stored in it until somebody says that it is not. */
function rememberStored(definition: CustomResourceDefinition): void {
  const stored = storageVersion(definition);
  const known = definition.status?.storedVersions ?? [];
  if (stored !== undefined && !known.includes(stored)) {
    definition.status = { ...definition.status, storedVersions: [...known, stored] };
  }
}

function prepareForDeletion(object: JsonObject): void {
  const { metadata = {}, ...definition } = typed(object);
  const finalizers = metadata.finalizers ?? [];
  if (!finalizers.includes(cleanupFinalizer)) metadata.finalizers = [...finalizers, cleanupFinalizer];
  const status = (definition.status ??= {});
  object['status'] = status as unknown as JsonObject;
  setCondition(
    definition,
    {
      type: 'Terminating',
      status: 'True',
      reason: 'InstanceDeletionPending',
      message: 'CustomResourceDefinition marked for deletion; CustomResource deletion will begin soon',
    },
    metadata.deletionTimestamp ?? '',
  );
}

/** As text: which versions are served, and which of them is stored. */
const servedVersions = (object: JsonObject): string =>
  objectsAt(object, 'spec', 'versions')
    .filter((version) => version['served'] === true)
    .map((version) => `${textAt(version, 'name')}${version['storage'] === true ? '(storage)' : ''}`)
    .sort()
    .join();

const isEstablished = (object: JsonObject): boolean =>
  objectsAt(object, 'status', 'conditions').find((condition) => condition['type'] === 'Established')?.['status'] ===
  'True';

const base = genericStrategy<CustomResourceDefinition>({
  defaults,
  initialStatus: (definition) => {
    const stored = storageVersion(definition);
    return stored === undefined ? {} : { storedVersions: [stored] };
  },
  generationOf: [['spec']],
  onUpdate: rememberStored,
  validate: (definition) => definitionErrors(definition, undefined),
  validateUpdate: definitionErrors,
  validateStatus: ({ status = {} }) => statusErrors(status),
  warningsOnCreate: (definition) => definitionWarnings(definition, undefined),
  warningsOnUpdate: definitionWarnings,
  allowAnyFinalizer: true,
  allowUnconditionalUpdate: false,
});

const strategy: Strategy = {
  ...base,
  validateCreate(object, checks) {
    const { names = {}, group = '' } = typed(object).spec ?? {};
    const required = `${names.plural ?? ''}.${group}`;
    const errors = checks.metadataErrors((name) => [
      ...dns1123Subdomain(name),
      ...(name === required ? [] : ['must be spec.names.plural+"."+spec.group']),
    ]);
    return [...errors, ...definitionErrors(typed(object), undefined)];
  },
  prepareForDeletion,
  // The first DELETE only marks it; from then on its finalizers say when it goes.
  waitsForFinalization: () => false,
};

/** `apiextensions.k8s.io/v1` CustomResourceDefinition. */
export const customResourceDefinitions = defineKind({
  group: 'apiextensions.k8s.io',
  version: 'v1',
  kind: 'CustomResourceDefinition',
  resource: 'customresourcedefinitions',
  singular: 'customresourcedefinition',
  shortNames: ['crd', 'crds'],
  categories: ['api-extensions'],
  namespaced: false,
  verbs: everyVerb,
  subresources: statusSubresource,
  storagePrefix: 'apiextensions.k8s.io/customresourcedefinitions',
  fields: {},
  columns: [
    nameColumn,
    column('Scope', 'Whether its objects are in namespaces.', (object) => textAt(object, 'spec', 'scope')),
    column('Versions', 'The versions that are served.', servedVersions),
    column('Created At', 'When it was created.', (object) => textAt(object, 'metadata', 'creationTimestamp'), {
      type: 'date',
    }),
    wide('Group', 'The group of its objects.', (object) => textAt(object, 'spec', 'group')),
    wide('Kind', 'The kind of its objects.', (object) => textAt(object, 'spec', 'names', 'kind')),
    wide('ShortNames', 'Short names.', (object) => stringsAt(object, 'spec', 'names', 'shortNames').join()),
    wide('Established', 'Whether its objects are served.', isEstablished, {
      type: 'boolean',
    }),
  ],
  strategy,
});
