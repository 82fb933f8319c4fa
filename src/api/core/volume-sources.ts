import {
  addInvalid,
  type FieldError,
  forbiddenValue,
  invalidValue,
  requiredValue,
  tooLong,
  unsupportedValue,
} from '../../machinery/field-error.ts';
import { parseQuantity, quantityToNumber } from '../../machinery/quantity.ts';
import { dns1123Label, dns1123Subdomain } from '../../machinery/validation/dns.ts';
import { checkDescendingPath } from '../../machinery/validation/paths.ts';
import { betweenText } from '../../machinery/validation/ports.ts';
import type {
  AzureDiskVolumeSource,
  CSIVolumeSource,
  EmptyDirVolumeSource,
  FCVolumeSource,
  FlexVolumeSource,
  FlockerVolumeSource,
  ISCSIVolumeSource,
  QuobyteVolumeSource,
  StorageOSVolumeSource,
  Volume,
} from '../types/core-v1.generated.ts';
import { checkClaimTemplate } from './claim-templates.ts';
import { checkProjectedVolume } from './projected-volumes.ts';
import { checkPullPolicy } from './pull-policy.ts';
import { checkDefaultMode, checkDownwardApiFiles, checkKeyFiles } from './volume-files.ts';
import { validateHostPath } from './volume-paths.ts';

type Source = Exclude<keyof Volume, 'name'>;
type Checks = {
  readonly [S in Source]: (source: NonNullable<Volume[S]>, path: string, errors: FieldError[]) => unknown;
};

/** What each kind of volume must say. `path`: of the source itself. */
const checks: Checks = {
  emptyDir: checkEmptyDir,
  hostPath: (source, path, errors) => errors.push(...validateHostPath(source, path)),
  gitRepo({ repository = '', directory = '' }, path, errors) {
    if (repository === '') errors.push(requiredValue(`${path}.repository`));
    checkDescendingPath(directory, `${path}.directory`, errors);
  },
  gcePersistentDisk: ({ pdName = '', partition = 0 }, path, errors) =>
    checkPartitioned('pdName', pdName, partition, path, errors),
  awsElasticBlockStore: ({ volumeID = '', partition = 0 }, path, errors) =>
    checkPartitioned('volumeID', volumeID, partition, path, errors),
  secret(secret, path, errors) {
    need({ secretName: secret.secretName }, path, errors);
    checkDefaultMode(secret, path, errors);
    checkKeyFiles(secret.items, `${path}.items`, errors);
  },
  nfs({ server, path: directory = '' }, path, errors) {
    need({ server, path: directory }, path, errors);
    if (!directory.startsWith('/')) {
      errors.push(invalidValue(`${path}.path`, directory, 'must be an absolute path'));
    }
  },
  iscsi: checkIscsi,
  glusterfs: ({ endpoints, path: directory }, path, errors) => need({ endpoints, path: directory }, path, errors),
  flocker: checkFlocker,
  persistentVolumeClaim: ({ claimName }, path, errors) => need({ claimName }, path, errors),
  rbd({ monitors, image }, path, errors) {
    if ((monitors ?? []).length === 0) errors.push(requiredValue(`${path}.monitors`));
    need({ image }, path, errors);
  },
  cinder({ volumeID, secretRef }, path, errors) {
    need({ volumeID }, path, errors);
    if (secretRef !== undefined) need({ name: secretRef.name }, `${path}.secretRef`, errors);
  },
  cephfs({ monitors }, path, errors) {
    if ((monitors ?? []).length === 0) errors.push(requiredValue(`${path}.monitors`));
  },
  quobyte: checkQuobyte,
  downwardAPI(source, path, errors) {
    checkDefaultMode(source, path, errors);
    checkDownwardApiFiles(source.items, path, errors);
  },
  fc: checkFibreChannel,
  flexVolume: checkFlexVolume,
  configMap(configMap, path, errors) {
    need({ name: configMap.name }, path, errors);
    checkDefaultMode(configMap, path, errors);
    checkKeyFiles(configMap.items, `${path}.items`, errors);
  },
  azureFile: ({ secretName, shareName }, path, errors) => need({ secretName, shareName }, path, errors),
  vsphereVolume: ({ volumePath }, path, errors) => need({ volumePath }, path, errors),
  photonPersistentDisk: ({ pdID }, path, errors) => need({ pdID }, path, errors),
  portworxVolume: ({ volumeID }, path, errors) => need({ volumeID }, path, errors),
  azureDisk: checkAzureDisk,
  storageos: checkStorageOs,
  projected: checkProjectedVolume,
  scaleIO: ({ gateway, system, volumeName }, path, errors) => need({ gateway, system, volumeName }, path, errors),
  csi: checkCsi,
  ephemeral({ volumeClaimTemplate }, path, errors) {
    if (volumeClaimTemplate === undefined) errors.push(requiredValue(`${path}.volumeClaimTemplate`));
    else checkClaimTemplate(volumeClaimTemplate, `${path}.volumeClaimTemplate`, errors);
  },
  image({ reference, pullPolicy }, path, errors) {
    need({ reference }, path, errors);
    checkPullPolicy(pullPolicy, `${path}.pullPolicy`, errors);
  },
};

export const sourcesInOrder = Object.keys(checks) as readonly Source[];

/** Adds to `errors` what is wrong with a volume's `source`. `path`: of the volume. */
export function checkVolumeSource(volume: Volume, source: Source, path: string, errors: FieldError[]): void {
  const value = volume[source];
  const field = source === 'gcePersistentDisk' ? 'persistentDisk' : source;
  // Key and value belong together.
  const check: (source: never, path: string, errors: FieldError[]) => unknown = checks[source];
  if (value !== undefined && value !== null) check(value as never, `${path}.${field}`, errors);
}

/** Each of these texts must be there. */
function need(texts: { readonly [field: string]: string | undefined }, path: string, errors: FieldError[]): void {
  for (const [field, text] of Object.entries(texts)) {
    if (text === undefined || text === '') errors.push(requiredValue(`${path}.${field}`));
  }
}

function checkEmptyDir({ sizeLimit, mode }: EmptyDirVolumeSource, path: string, errors: FieldError[]): void {
  if (sizeLimit !== undefined && quantityToNumber(parseQuantity(sizeLimit)) < 0) {
    errors.push(forbiddenValue(`${path}.sizeLimit`, 'SizeLimit field must be a valid resource quantity'));
  }
  if (mode === undefined || (mode >= 0 && mode <= 0o1777)) return;
  errors.push(invalidValue(`${path}.mode`, mode, 'must be a number between 0 and 01777 (octal), both inclusive'));
}

function checkPartitioned(field: string, disk: string, partition: number, path: string, errors: FieldError[]): void {
  if (disk === '') errors.push(requiredValue(`${path}.${field}`));
  if (partition >= 0 && partition <= 255) return;
  errors.push(invalidValue(`${path}.partition`, partition, betweenText(1, 255)));
}

/** By the first three letters. */
const iscsiNames: Readonly<Record<string, RegExp>> = {
  iqn: /^iqn\.\d{4}-\d{2}\.[A-Za-z0-9.-]+:[^,;*&$|\s]+$/,
  eui: /^eui.[0-9A-Za-z]{16}$/,
  naa: /^naa.[0-9A-Za-z]{32}$/,
};

function wrongIscsiName(name: string): string | undefined {
  const form = Object.hasOwn(iscsiNames, name.slice(0, 3)) ? iscsiNames[name.slice(0, 3)] : undefined;
  if (form === undefined) return 'must be valid format starting with iqn, eui, or naa';
  return form.test(name) ? undefined : 'must be valid format';
}

function checkIscsi(source: ISCSIVolumeSource, path: string, errors: FieldError[]): void {
  const { targetPortal, iqn = '', lun = 0, initiatorName } = source;
  need({ targetPortal }, path, errors);
  const wrong = wrongIscsiName(iqn);
  if (iqn === '') errors.push(requiredValue(`${path}.iqn`));
  else if (wrong !== undefined) errors.push(invalidValue(`${path}.iqn`, iqn, wrong));
  if (lun < 0 || lun > 255) errors.push(invalidValue(`${path}.lun`, lun, betweenText(0, 255)));
  const authenticates = source.chapAuthDiscovery === true || source.chapAuthSession === true;
  if (authenticates && source.secretRef === undefined) errors.push(requiredValue(`${path}.secretRef`));
  if (initiatorName === undefined) return;
  const wrongInitiator = wrongIscsiName(initiatorName);
  if (wrongInitiator !== undefined) errors.push(invalidValue(`${path}.initiatorname`, initiatorName, wrongInitiator));
}

function checkFlocker(source: FlockerVolumeSource, path: string, errors: FieldError[]): void {
  const { datasetName = '', datasetUUID = '' } = source;
  if (datasetName === '' && datasetUUID === '') {
    errors.push(requiredValue(path, 'one of datasetName and datasetUUID is required'));
  }
  if (datasetName !== '' && datasetUUID !== '') {
    errors.push(invalidValue(path, 'resource', 'datasetName and datasetUUID can not be specified simultaneously'));
  }
  if (datasetName.includes('/')) {
    errors.push(invalidValue(`${path}.datasetName`, datasetName, "must not contain '/'"));
  }
}

function checkQuobyte(
  { registry = '', tenant = '', volume }: QuobyteVolumeSource,
  path: string,
  errors: FieldError[],
): void {
  const pairs = 'must be a host:port pair or multiple pairs separated by commas';
  if (registry === '') errors.push(requiredValue(`${path}.registry`, pairs));
  else if (Buffer.byteLength(tenant) >= 65) {
    errors.push(requiredValue(`${path}.tenant`, 'must be a UUID and may not exceed a length of 64 characters'));
  } else {
    for (const pair of registry.split(',', 100)) {
      if (!/^(?:[^:[\]]*|\[[^[\]]*\]):[^:[\]]*$/.test(pair)) {
        errors.push(invalidValue(`${path}.registry`, registry, pairs));
      }
    }
  }
  need({ volume }, path, errors);
}

function checkFibreChannel(
  { targetWWNs = [], wwids = [], lun }: FCVolumeSource,
  path: string,
  errors: FieldError[],
): void {
  const field = `${path}.targetWWNs`;
  if (targetWWNs.length === 0 && wwids.length === 0) {
    errors.push(requiredValue(field, 'must specify either targetWWNs or wwids, but not both'));
  }
  if (targetWWNs.length === 0) return;
  if (wwids.length > 0) {
    errors.push(invalidValue(field, [...targetWWNs], 'targetWWNs and wwids can not be specified simultaneously'));
  }
  if (lun === undefined) errors.push(requiredValue(`${path}.lun`, 'lun is required if targetWWNs is specified'));
  else if (lun < 0 || lun > 255) errors.push(invalidValue(`${path}.lun`, lun, betweenText(0, 255)));
}

function checkFlexVolume({ driver, options = {} }: FlexVolumeSource, path: string, errors: FieldError[]): void {
  need({ driver }, path, errors);
  for (const key of Object.keys(options)) {
    const [domain = ''] = key.split('/', 1);
    if (!/\.(?:kubernetes|k8s)\.io$/i.test(`.${domain}`)) continue;
    const why = 'kubernetes.io and k8s.io namespaces are reserved';
    errors.push(invalidValue(`${path}.options[${key}]`, key, why));
  }
}

const cachingModes = ['None', 'ReadOnly', 'ReadWrite'];
const diskKinds = ['Dedicated', 'Managed', 'Shared'];
const managedUri = '/subscriptions/{sub-id}/resourcegroups/{group-name}/providers/microsoft.compute/disks/{disk-id}';
const blobUri = 'https://{account-name}.blob.core.windows.net/{container-name}/{disk-name}.vhd';

function checkAzureDisk(source: AzureDiskVolumeSource, path: string, errors: FieldError[]): void {
  const { diskName, diskURI = '', cachingMode, kind } = source;
  need({ diskName, diskURI }, path, errors);
  if (cachingMode !== undefined && !cachingModes.includes(cachingMode)) {
    errors.push(unsupportedValue(`${path}.cachingMode`, cachingMode, cachingModes));
  }
  if (kind === undefined) return;
  if (!diskKinds.includes(kind)) errors.push(unsupportedValue(`${path}.kind`, kind, diskKinds));
  const [prefix, example] = kind === 'Managed' ? ['/subscriptions/', managedUri] : ['https://', blobUri];
  if (!diskURI.startsWith(prefix)) errors.push(unsupportedValue(`${path}.diskURI`, diskURI, [example]));
}

function checkStorageOs(source: StorageOSVolumeSource, path: string, errors: FieldError[]): void {
  const { volumeName = '', volumeNamespace = '', secretRef } = source;
  if (volumeName === '') errors.push(requiredValue(`${path}.volumeName`));
  else addInvalid(errors, `${path}.volumeName`, volumeName, dns1123Label(volumeName));
  if (volumeNamespace !== '') {
    addInvalid(errors, `${path}.volumeNamespace`, volumeNamespace, dns1123Label(volumeNamespace));
  }
  if (secretRef !== undefined) need({ name: secretRef.name }, `${path}.secretRef`, errors);
}

function checkCsi({ driver = '', nodePublishSecretRef }: CSIVolumeSource, path: string, errors: FieldError[]): void {
  checkCsiDriverName(driver, `${path}.driver`, errors);
  if (nodePublishSecretRef === undefined) return;
  const { name = '' } = nodePublishSecretRef;
  if (name === '') errors.push(requiredValue(`${path}.nodePublishSecretRef.name`));
  else addInvalid(errors, `${path}.name`, name, dns1123Subdomain(name));
}

/** Adds to `errors` what is wrong with the name of a CSI driver. */
export function checkCsiDriverName(driver: string, path: string, errors: FieldError[]): void {
  if (driver === '') {
    errors.push(requiredValue(path));
    return;
  }
  if (Buffer.byteLength(driver) > 63) errors.push(tooLong(path, 63));
  addInvalid(errors, path, driver, dns1123Subdomain(driver.toLowerCase()));
}
