import { objectIn, textAt, valueAt } from '../../machinery/json/json-path.ts';
import type { JsonObject } from '../../machinery/json-value.ts';
import { nameIsDnsSubdomain } from '../../machinery/validation/names.ts';
import { defineKind } from '../kind.ts';
import { ageColumn, column, nameColumn, wide } from '../printing/columns.ts';
import { genericStrategy } from '../strategy/generic-strategy.ts';
import type {
  PersistentVolumeClaim,
  PersistentVolumeClaimSpec,
  TypedLocalObjectReference,
} from '../types/core-v1.generated.ts';
import { everyVerb, statusSubresource } from '../verb.ts';
import { toleranceOf, validateClaimChange, validateClaimSpec, validateClaimStatus } from './claim-validation.ts';
import { claimWarnings } from './resource-warnings.ts';
import { roundUpQuantities } from './rounded-quantities.ts';
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

const isClaimOrSnapshot = ({ apiGroup, kind = '' }: TypedLocalObjectReference): boolean =>
  ((apiGroup ?? '') === '' && kind === 'PersistentVolumeClaim') ||
  (apiGroup === 'snapshot.storage.k8s.io' && kind === 'VolumeSnapshot');

/**
 * What a volume is filled with has two fields, of which clients know the old one, `dataSource`, or both. The old one alone
 * takes only what it took before there were two; everything else in it is dropped, as it always was.
 */
function pairDataSources(spec?: PersistentVolumeClaimSpec, old?: PersistentVolumeClaimSpec): void {
  if (spec === undefined) return;
  const inUse = old?.dataSource !== undefined || old?.dataSourceRef !== undefined;
  // Another namespace's: no server takes it that is not told to.
  if ((spec.dataSourceRef?.namespace ?? '') !== '' && old?.dataSourceRef === undefined) delete spec.dataSourceRef;
  const { dataSource, dataSourceRef } = spec;
  if (dataSource !== undefined && dataSourceRef === undefined && !inUse && !isClaimOrSnapshot(dataSource))
    delete spec.dataSource;
  else if (dataSource !== undefined && dataSourceRef === undefined) spec.dataSourceRef = { ...dataSource };
  else if (dataSource === undefined && dataSourceRef !== undefined && (dataSourceRef.namespace ?? '') === '') {
    const { namespace: _, ...source } = dataSourceRef;
    spec.dataSource = source;
  }
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
  strategy: genericStrategy<PersistentVolumeClaim>({
    defaults(claim) {
      claim.spec ??= {};
      claim.spec.volumeMode ??= 'Filesystem';
      roundUpQuantities(claim.spec.resources?.limits);
      roundUpQuantities(claim.spec.resources?.requests);
      claim.status ??= {};
      claim.status.phase ||= 'Pending';
      roundUpQuantities(claim.status.capacity);
      roundUpQuantities(claim.status.allocatedResources);
    },
    initialStatus: () => ({ phase: 'Pending' }),
    onCreate: (claim) => pairDataSources(claim.spec),
    onUpdate: (claim, old) => pairDataSources(claim.spec, old.spec),
    validateName: nameIsDnsSubdomain,
    validate: ({ spec = {} }) => validateClaimSpec(spec, 'spec'),
    validateUpdate: (claim, old) => [
      ...validateClaimSpec(claim.spec ?? {}, 'spec', toleranceOf(old.spec ?? {})),
      ...validateClaimChange(claim, old),
    ],
    validateStatus: validateClaimStatus,
    warningsOnCreate: warnings,
    warningsOnUpdate: warnings,
  }),
});
