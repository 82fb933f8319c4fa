import { objectIn, objectsAt, textAt } from '../../machinery/json/json-path.ts';
import type { JsonObject } from '../../machinery/json-value.ts';
import { nameIsDnsSubdomain } from '../../machinery/validation/names.ts';
import { defineKind } from '../kind.ts';
import { ageColumn, column, nameColumn, wide } from '../printing/columns.ts';
import { genericStrategy } from '../strategy/generic-strategy.ts';
import type { PersistentVolume, PersistentVolumeStatus } from '../types/core-v1.generated.ts';
import { everyVerb, statusSubresource } from '../verb.ts';
import { nodeSelectorTermWarnings } from './node-labels.ts';
import { setVolumeSourceDefaults } from './persistent-volume-defaults.ts';
import { validatePersistentVolume, validatePersistentVolumeChange } from './persistent-volume-validation.ts';
import { accessModesText, orUnset, storageClass, volumePhase } from './volume-text.ts';
import { deprecatedVolumeWarnings, inPersistentVolumes } from './volume-warnings.ts';

function claim(volume: JsonObject): string {
  const ref = objectIn(volume, 'spec', 'claimRef');
  return ref === undefined ? '' : `${textAt(ref, 'namespace')}/${textAt(ref, 'name')}`;
}

const deprecatedAnnotations: Readonly<Record<string, string>> = {
  'volume.beta.kubernetes.io/storage-class': 'deprecated since v1.8; use "storageClassName" attribute instead',
  'volume.beta.kubernetes.io/mount-options': 'deprecated since v1.31; use "mountOptions" attribute instead',
};

function warnings(volume: JsonObject): readonly string[] {
  const annotations = objectIn(volume, 'metadata', 'annotations') ?? {};
  const recycled = textAt(volume, 'spec', 'persistentVolumeReclaimPolicy') === 'Recycle';
  return [
    ...Object.entries(deprecatedAnnotations)
      .filter(([key]) => Object.hasOwn(annotations, key))
      .map(([key, message]) => `metadata.annotations[${key}]: ${message}`),
    ...(recycled
      ? [
          'spec.persistentVolumeReclaimPolicy: The Recycle reclaim policy is deprecated. ' +
            'Instead, the recommended approach is to use dynamic provisioning.',
        ]
      : []),
    ...objectsAt(volume, 'spec', 'nodeAffinity', 'required', 'nodeSelectorTerms').flatMap((term, index) =>
      nodeSelectorTermWarnings(term, `spec.nodeAffinity.required.nodeSelectorTerms[${index}]`),
    ),
    ...deprecatedVolumeWarnings(objectIn(volume, 'spec'), 'spec', inPersistentVolumes),
  ];
}

function defaults(volume: PersistentVolume): void {
  volume.spec ??= {};
  const { spec } = volume;
  spec.persistentVolumeReclaimPolicy ||= 'Retain';
  spec.volumeMode ??= 'Filesystem';
  setVolumeSourceDefaults(spec);
  volume.status ??= {};
  volume.status.phase ||= 'Pending';
}

const pendingSince = (time: string): PersistentVolumeStatus => ({ phase: 'Pending', lastPhaseTransitionTime: time });

/** When it came to be in its phase is told from the time of the write, unless whoever changes the phase says it. */
function keepTransitionTime({ status }: PersistentVolume, { status: old = {} }: PersistentVolume): void {
  if (status === undefined || status.phase !== old.phase || old.lastPhaseTransitionTime === undefined) return;
  status.lastPhaseTransitionTime ??= old.lastPhaseTransitionTime;
}

export const persistentVolumes = defineKind({
  group: '',
  version: 'v1',
  kind: 'PersistentVolume',
  resource: 'persistentvolumes',
  singular: 'persistentvolume',
  shortNames: ['pv'],
  categories: [],
  namespaced: false,
  verbs: everyVerb,
  subresources: statusSubresource,
  storagePrefix: 'persistentvolumes',
  fields: {},
  columns: [
    nameColumn,
    column('Capacity', 'Size of the volume.', (volume) => textAt(volume, 'spec', 'capacity', 'storage') || '0'),
    column('Access Modes', 'How it can be mounted.', (volume) => accessModesText(volume, 'spec', 'accessModes')),
    column('Reclaim Policy', 'What becomes of it when its claim goes.', (volume) =>
      textAt(volume, 'spec', 'persistentVolumeReclaimPolicy'),
    ),
    column('Status', 'Phase of the volume.', volumePhase),
    column('Claim', 'Claim that the volume is bound to.', claim),
    column('StorageClass', 'Storage class of the volume.', storageClass),
    column('VolumeAttributesClass', 'Attributes class of the volume.', (volume) =>
      orUnset(volume, 'spec', 'volumeAttributesClassName'),
    ),
    column('Reason', 'Why it failed, in one word.', (volume) => textAt(volume, 'status', 'reason')),
    ageColumn,
    wide('VolumeMode', 'Filesystem or block device.', (volume) => orUnset(volume, 'spec', 'volumeMode')),
  ],
  returnsDeletedObject: true,
  strategy: genericStrategy<PersistentVolume>({
    defaults,
    initialStatus: ({ metadata }) => pendingSince(metadata?.creationTimestamp ?? ''),
    onStatusUpdate: keepTransitionTime,
    validateName: nameIsDnsSubdomain,
    validate: (volume) => validatePersistentVolume(volume),
    validateUpdate: (volume, old) => [
      ...validatePersistentVolume(volume, old),
      ...validatePersistentVolumeChange(volume, old),
    ],
    warningsOnCreate: warnings,
    warningsOnUpdate: warnings,
  }),
});
