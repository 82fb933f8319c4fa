import {
  type FieldError,
  forbiddenValue,
  invalidValue,
  requiredValue,
  unsupportedValue,
} from '../../machinery/field-error.ts';
import { emptiedAt } from '../../machinery/json/emptied.ts';
import { jsonEqual } from '../../machinery/json/json-equal.ts';
import type { JsonValue } from '../../machinery/json-value.ts';
import { dns1123Subdomain } from '../../machinery/validation/dns.ts';
import { labelValue } from '../../machinery/validation/label.ts';
import { validateImmutableField, validateText } from '../../machinery/validation/values.ts';
import type {
  NodeSelectorRequirement,
  PersistentVolume,
  PersistentVolumeSpec,
  VolumeNodeAffinity,
} from '../types/core-v1.generated.ts';
import { validateAccessModes, volumeModes } from './access-modes.ts';
import { validateNodeSelector } from './node-selector-validation.ts';
import { takesMountOptions, validateVolumeSource, volumeSourceOf } from './persistent-volume-sources.ts';
import { validateBasicQuantity, validatePositiveQuantity } from './resource-values.ts';
import { structDifference } from './struct-difference.ts';

const reclaimPolicies = ['Delete', 'Recycle', 'Retain'];
const mountOptions = 'volume.beta.kubernetes.io/mount-options';

export function validatePersistentVolume(volume: PersistentVolume, old?: PersistentVolume): FieldError[] {
  const spec = volume.spec ?? {};
  const { accessModes = [], persistentVolumeReclaimPolicy: policy = '', storageClassName = '', volumeMode } = spec;
  const errors: FieldError[] = [];
  if (accessModes.length === 0) errors.push(requiredValue('spec.accessModes'));
  errors.push(...validateAccessModes(accessModes, 'spec.accessModes'));
  errors.push(...validateCapacity(spec));
  if (policy !== '' && !reclaimPolicies.includes(policy))
    errors.push(unsupportedValue('spec.persistentVolumeReclaimPolicy', policy, reclaimPolicies));
  errors.push(...validateNodeAffinity(spec, old?.spec));
  errors.push(...validateVolumeSource(spec, volume.metadata?.name ?? ''));
  errors.push(...validateRecycledPath(spec, 'spec'));
  if (storageClassName !== '')
    errors.push(...validateText(storageClassName, 'spec.storageClassName', dns1123Subdomain));
  if (volumeMode !== undefined && !volumeModes.includes(volumeMode))
    errors.push(unsupportedValue('spec.volumeMode', volumeMode, volumeModes));
  errors.push(...validateAttributesClass(spec));
  if (volume.metadata?.annotations?.[mountOptions] !== undefined && !takesMountOptions(spec)) {
    const why = 'may not specify mount options for this volume type';
    errors.push(forbiddenValue(`metadata.annotations.${mountOptions}`, why));
  }
  return errors;
}

function validateCapacity(spec: PersistentVolumeSpec): FieldError[] {
  const { capacity } = spec;
  const entries = Object.entries(capacity ?? {});
  return [
    ...(entries.length === 0 ? [requiredValue('spec.capacity')] : []),
    ...(entries.length === 1 && capacity?.['storage'] !== undefined
      ? []
      : [unsupportedValue('spec.capacity', capacity ?? emptiedAt(spec, 'capacity') ?? null, ['storage'])]),
    ...entries.flatMap(([name, amount]) => [
      ...validateBasicQuantity(amount, `spec.capacity[${name}]`),
      ...validatePositiveQuantity(amount, `spec.capacity[${name}]`),
    ]),
  ];
}

function validateNodeAffinity({ nodeAffinity }: PersistentVolumeSpec, old?: PersistentVolumeSpec): FieldError[] {
  if (nodeAffinity === undefined) return [];
  const field = 'spec.nodeAffinity.required';
  if (nodeAffinity.required === undefined) return [requiredValue(field, 'must specify required node constraints')];
  const hadWrongValues = (old?.nodeAffinity?.required?.nodeSelectorTerms ?? []).some(({ matchExpressions = [] }) =>
    matchExpressions.some(({ values = [] }) => values.some((value) => labelValue(value).length > 0)),
  );
  return validateNodeSelector(nodeAffinity.required, field, hadWrongValues);
}

function validateAttributesClass({ volumeAttributesClassName: name, csi }: PersistentVolumeSpec): FieldError[] {
  if (name === undefined) return [];
  const field = 'spec.volumeAttributesClassName';
  return [
    ...(name === ''
      ? [requiredValue(field, 'an empty string is disallowed')]
      : validateText(name, field, dns1123Subdomain)),
    ...(csi === undefined
      ? [requiredValue('spec.csi', 'has to be specified when using volumeAttributesClassName')]
      : []),
  ];
}

/** The root of a node is not emptied. */
export const validateRecycledPath = (
  { persistentVolumeReclaimPolicy: policy, hostPath }: PersistentVolumeSpec,
  path: string,
): FieldError[] =>
  policy === 'Recycle' && hostPath !== undefined && isRoot(hostPath.path ?? '')
    ? [forbiddenValue(`${path}.persistentVolumeReclaimPolicy`, "may not be 'recycle' for a hostPath mount of '/'")]
    : [];

/** `/`, however it is written. */
function isRoot(path: string): boolean {
  const names: string[] = [];
  for (const name of path.split('/')) {
    if (name === '..') names.pop();
    else if (name !== '' && name !== '.') names.push(name);
  }
  return path.startsWith('/') && names.length === 0;
}

/** After `validatePersistentVolume`: what a volume is made of stays, but for a secret to expand it with. */
export function validatePersistentVolumeChange(volume: PersistentVolume, old: PersistentVolume): FieldError[] {
  const [spec, before] = [volume.spec ?? {}, old.spec ?? {}];
  const errors: FieldError[] = [];
  const sources = [volumeSourceOf(before), withoutNewExpandSecret(spec, before)] as const;
  if (!jsonEqual(...sources)) {
    const why = `spec.persistentvolumesource is immutable after creation\n${structDifference(...sources, 'PersistentVolumeSource')}`;
    errors.push(forbiddenValue('spec.persistentvolumesource', why));
  }
  errors.push(...validateImmutableField(spec.volumeMode, before.volumeMode, 'volumeMode'));
  if (before.nodeAffinity !== undefined && !jsonEqual(spec.nodeAffinity, before.nodeAffinity))
    errors.push(
      invalidValue(
        'nodeAffinity',
        goNodeAffinity(spec.nodeAffinity),
        'field is immutable, except for updating from beta label to GA',
      ),
    );
  if (before.volumeAttributesClassName !== undefined && spec.volumeAttributesClassName === undefined)
    errors.push(forbiddenValue('spec.volumeAttributesClassName', 'update from non-nil value to nil is forbidden'));
  return errors;
}

function withoutNewExpandSecret(spec: PersistentVolumeSpec, before: PersistentVolumeSpec) {
  const source = volumeSourceOf(spec);
  if (spec.csi === undefined || before.csi === undefined || before.csi.controllerExpandSecretRef !== undefined)
    return source;
  const { controllerExpandSecretRef: _, ...csi } = spec.csi;
  return { ...source, csi };
}

/** As the original shows it: by the names of Go's fields. */
const goNodeAffinity = (affinity: VolumeNodeAffinity | undefined): JsonValue =>
  affinity === undefined
    ? null
    : {
        Required:
          affinity.required === undefined
            ? null
            : {
                NodeSelectorTerms: (affinity.required.nodeSelectorTerms ?? []).map((term) => ({
                  MatchExpressions: term.matchExpressions?.map(goRequirement) ?? null,
                  MatchFields: term.matchFields?.map(goRequirement) ?? null,
                })),
              },
      };

const goRequirement = ({ key = '', operator = '', values }: NodeSelectorRequirement): JsonValue => ({
  Key: key,
  Operator: operator,
  Values: values ?? null,
});
