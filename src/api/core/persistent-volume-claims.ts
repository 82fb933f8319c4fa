import { objectIn, textAt, valueAt } from '../../machinery/json/json-path.ts';
import type { JsonObject } from '../../machinery/json-value.ts';
import { nameIsDnsSubdomain } from '../../machinery/validation/names.ts';
import { defineKind } from '../kind.ts';
import { ageColumn, column, nameColumn, wide } from '../printing/columns.ts';
import { genericStrategy } from '../strategy/generic-strategy.ts';
import { objectOrNew, setDefault } from '../strategy/set-default.ts';
import { everyVerb, statusSubresource } from '../verb.ts';
import { claimWarnings } from './resource-warnings.ts';
import { accessModesText, orUnset, storageClass, volumePhase } from './volume-text.ts';

/** What the claim got: nothing is shown before it is bound. */
const whenBound = (text: (claim: JsonObject) => string) => (claim: JsonObject) =>
  textAt(claim, 'spec', 'volumeName') === '' ? '' : text(claim);

const classAnnotation = 'volume.beta.kubernetes.io/storage-class';

function warnings(claim: JsonObject): readonly string[] {
  const old = valueAt(claim, 'metadata', 'annotations', classAnnotation) !== undefined;
  const instead = 'deprecated since v1.8; use "storageClassName" attribute instead';
  return [
    ...(old ? [`metadata.annotations[${classAnnotation}]: ${instead}`] : []),
    ...claimWarnings(objectIn(claim, 'spec'), 'spec'),
  ];
}

export const persistentVolumeClaims = defineKind({
  group: '',
  version: 'v1',
  kind: 'PersistentVolumeClaim',
  resource: 'persistentvolumeclaims',
  singular: 'persistentvolumeclaim',
  shortNames: ['pvc'],
  categories: [],
  namespaced: true,
  verbs: everyVerb,
  subresources: statusSubresource,
  storagePrefix: 'persistentvolumeclaims',
  fields: {},
  columns: [
    nameColumn,
    column('Status', 'Phase of the claim.', volumePhase),
    column('Volume', 'Volume that the claim is bound to.', (claim) => textAt(claim, 'spec', 'volumeName')),
    column(
      'Capacity',
      'Size of the volume.',
      whenBound((claim) => textAt(claim, 'status', 'capacity', 'storage') || '0'),
    ),
    column(
      'Access Modes',
      'How it can be mounted.',
      whenBound((claim) => accessModesText(claim, 'status', 'accessModes')),
    ),
    column('StorageClass', 'Storage class of the claim.', storageClass),
    column('VolumeAttributesClass', 'Attributes class of the claim.', (claim) =>
      orUnset(claim, 'spec', 'volumeAttributesClassName'),
    ),
    ageColumn,
    wide('VolumeMode', 'Filesystem or block device.', (claim) => orUnset(claim, 'spec', 'volumeMode')),
  ],
  returnsDeletedObject: true,
  strategy: genericStrategy({
    defaults(claim) {
      setDefault(objectOrNew(claim, 'spec'), 'volumeMode', 'Filesystem');
      setDefault(objectOrNew(claim, 'status'), 'phase', 'Pending');
    },
    initialStatus: () => ({ phase: 'Pending' }),
    validateName: nameIsDnsSubdomain,
    warningsOnCreate: warnings,
    warningsOnUpdate: warnings,
  }),
});
