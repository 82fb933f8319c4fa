import {
  type FieldError,
  forbiddenValue,
  invalidValue,
  requiredValue,
  tooLong,
  unsupportedValue,
} from '../../machinery/field-error.ts';
import { dns1123Label, dns1123Subdomain } from '../../machinery/validation/dns.ts';
import { validateInRange, validateText } from '../../machinery/validation/values.ts';
import type {
  AzureDiskVolumeSource,
  CSIPersistentVolumeSource,
  FCVolumeSource,
  ISCSIPersistentVolumeSource,
  LocalVolumeSource,
  NFSVolumeSource,
  PersistentVolumeSpec,
  QuobyteVolumeSource,
  SecretReference,
  StorageOSPersistentVolumeSource,
} from '../types/core-v1.generated.ts';
import { validateHostPath, validatePathNoBacksteps } from './volume-paths.ts';

/** The kinds of volumes that a PersistentVolume may be, in the order in which they are looked at. */
type SourceName =
  | 'hostPath'
  | 'gcePersistentDisk'
  | 'awsElasticBlockStore'
  | 'glusterfs'
  | 'flocker'
  | 'nfs'
  | 'rbd'
  | 'quobyte'
  | 'cephfs'
  | 'iscsi'
  | 'cinder'
  | 'fc'
  | 'flexVolume'
  | 'azureFile'
  | 'vsphereVolume'
  | 'photonPersistentDisk'
  | 'portworxVolume'
  | 'azureDisk'
  | 'scaleIO'
  | 'local'
  | 'storageos'
  | 'csi';

type Source<Name extends SourceName> = NonNullable<PersistentVolumeSpec[Name]>;
type SourceRules = {
  readonly [Name in SourceName]: (source: Source<Name>, path: string, volume: string) => FieldError[];
};

/** What is required of `source` by its fields that must not be empty, in the order given. */
const required =
  <T extends object>(...fields: (keyof T & string)[]) =>
  (source: T, path: string): FieldError[] =>
    fields.filter((field) => isEmpty(source[field])).map((field) => requiredValue(`${path}.${field}`));

const isEmpty = (value: unknown): boolean =>
  value === undefined || value === null || value === '' || (Array.isArray(value) && value.length === 0);

/** 0 is the whole disk, which the text leaves out. */
const validatePartition = (partition: number | undefined, path: string): FieldError[] =>
  (partition ?? 0) === 0 ? [] : validateInRange(partition ?? 0, `${path}.partition`, 1, 255);

/** `of`: the fields of the secret's reference that are asked for. */
const secretRef = (
  ref: SecretReference | undefined,
  path: string,
  of: readonly ('name' | 'namespace')[],
): FieldError[] =>
  ref === undefined
    ? []
    : of.filter((field) => isEmpty(ref[field])).map((field) => requiredValue(`${path}.secretRef.${field}`));

const rules: SourceRules = {
  hostPath: validateHostPath,
  gcePersistentDisk: (disk, path) => [
    ...required<Source<'gcePersistentDisk'>>('pdName')(disk, path),
    ...validatePartition(disk.partition, path),
  ],
  awsElasticBlockStore: (disk, path) => [
    ...required<Source<'awsElasticBlockStore'>>('volumeID')(disk, path),
    ...validatePartition(disk.partition, path),
  ],
  glusterfs: (volume, path) => [
    ...required<Source<'glusterfs'>>('endpoints', 'path')(volume, path),
    ...validateEndpointsNamespace(volume.endpointsNamespace, `${path}.endpointsNamespace`),
  ],
  flocker({ datasetName = '', datasetUUID = '' }, path) {
    if (datasetName === '' && datasetUUID === '')
      return [requiredValue(path, 'one of datasetName and datasetUUID is required')];
    const errors: FieldError[] = [];
    if (datasetName !== '' && datasetUUID !== '')
      errors.push(invalidValue(path, 'resource', 'datasetName and datasetUUID can not be specified simultaneously'));
    if (datasetName.includes('/'))
      errors.push(invalidValue(`${path}.datasetName`, datasetName, "must not contain '/'"));
    return errors;
  },
  nfs: validateNfs,
  rbd: required('monitors', 'image'),
  quobyte: validateQuobyte,
  cephfs: required('monitors'),
  iscsi: validateIscsi,
  cinder: (volume, path) => [
    ...required<Source<'cinder'>>('volumeID')(volume, path),
    ...secretRef(volume.secretRef, path, ['name', 'namespace']),
  ],
  fc: validateFibreChannel,
  flexVolume: (volume, path) => [
    ...required<Source<'flexVolume'>>('driver')(volume, path),
    ...Object.keys(volume.options ?? {})
      .filter(isReserved)
      .map((key) => invalidValue(`${path}.options[${key}]`, key, 'kubernetes.io and k8s.io namespaces are reserved')),
  ],
  azureFile: (share, path) => [
    ...required<Source<'azureFile'>>('secretName', 'shareName')(share, path),
    ...(share.secretNamespace === '' ? [requiredValue(`${path}.secretNamespace`)] : []),
  ],
  vsphereVolume: required('volumePath'),
  photonPersistentDisk: required('pdID'),
  portworxVolume: required('volumeID'),
  azureDisk: validateAzureDisk,
  scaleIO: required('gateway', 'system', 'volumeName'),
  local: validateLocal,
  storageos: validateStorageOs,
  csi: validateCsi,
};

/**
 * What is wrong with what the volume is made of: it must be one thing. `volume`: its name.
 */
export function validateVolumeSource(spec: PersistentVolumeSpec, volume: string, path = 'spec'): FieldError[] {
  const errors: FieldError[] = [];
  let count = 0;
  for (const name of Object.keys(rules) as SourceName[]) {
    if (spec[name] === undefined) continue;
    // A flexVolume does not look at what else there is, and the name of cephfs has a capital: as in the original.
    if (count > 0 && name !== 'flexVolume')
      errors.push(
        forbiddenValue(`${path}.${name === 'cephfs' ? 'cephFS' : name}`, 'may not specify more than 1 volume type'),
      );
    else errors.push(...ruleOf(name, spec, volume, path));
    count += 1;
  }
  if (count === 0) errors.push(requiredValue(path, 'must specify a volume type'));
  return errors;
}

function ruleOf(name: SourceName, spec: PersistentVolumeSpec, volume: string, path: string): FieldError[] {
  // Of the source with this name, which the type of the table says and an index by a variable loses.
  const rule = rules[name] as (source: unknown, path: string, volume: string) => FieldError[];
  // The name of the disk is the original's.
  const errors = rule(spec[name], `${path}.${name === 'gcePersistentDisk' ? 'persistentDisk' : name}`, volume);
  if (name === 'local' && spec.nodeAffinity === undefined)
    errors.push(requiredValue(`${path}.nodeAffinity`, 'Local volume requires node affinity'));
  return errors;
}

/** Of a volume's kinds those that can be mounted with options. */
const mountable: readonly SourceName[] = [
  'gcePersistentDisk',
  'awsElasticBlockStore',
  'glusterfs',
  'nfs',
  'rbd',
  'quobyte',
  'iscsi',
  'cinder',
  'cephfs',
  'azureFile',
  'vsphereVolume',
  'azureDisk',
  'photonPersistentDisk',
];

export const takesMountOptions = (spec: PersistentVolumeSpec): boolean =>
  mountable.some((name) => spec[name] !== undefined);

/** What the volume is made of, alone. */
export const volumeSourceOf = (spec: PersistentVolumeSpec): Partial<PersistentVolumeSpec> =>
  Object.fromEntries(Object.entries(spec).filter(([name]) => Object.hasOwn(rules, name)));

function validateEndpointsNamespace(namespace: string | undefined, field: string): FieldError[] {
  if (namespace === undefined) return [];
  const why = 'if the endpointnamespace is set, it must be a valid namespace name';
  return namespace === '' ? [invalidValue(field, '', why)] : validateText(namespace, field, dns1123Label);
}

function validateNfs(share: NFSVolumeSource, path: string): FieldError[] {
  const errors = required<NFSVolumeSource>('server', 'path')(share, path);
  if (share.path?.startsWith('/') !== true)
    errors.push(invalidValue(`${path}.path`, share.path ?? '', 'must be an absolute path'));
  return errors;
}

const maxTenant = 64;
const hostAndPort = /^(\[[^\]]*\]|[^:[\]]*):[^:]*$/;

function validateQuobyte({ registry = '', tenant = '', volume = '' }: QuobyteVolumeSource, path: string): FieldError[] {
  const errors: FieldError[] = [];
  const what = 'must be a host:port pair or multiple pairs separated by commas';
  if (registry === '') errors.push(requiredValue(`${path}.registry`, what));
  else if (tenant.length > maxTenant)
    errors.push(requiredValue(`${path}.tenant`, 'must be a UUID and may not exceed a length of 64 characters'));
  else if (!registry.split(',').every((pair) => hostAndPort.test(pair)))
    errors.push(invalidValue(`${path}.registry`, registry, what));
  if (volume === '') errors.push(requiredValue(`${path}.volume`));
  return errors;
}

const qualifiedNames = {
  iqn: /^iqn\.\d{4}-\d{2}\.([a-zA-Z0-9-.]+)(:[^,;*&$|\s]+)$/,
  eui: /^eui.[a-zA-Z0-9]{16}$/,
  naa: /^naa.[a-zA-Z0-9]{32}$/,
} as const;

function isQualifiedName(name: string): boolean {
  const format = name.slice(0, 3);
  return (format === 'iqn' || format === 'eui' || format === 'naa') && qualifiedNames[format].test(name);
}

/** Of a volume's name with the portal of its target. */
const maxPortal = 64;

function validateIscsi(target: ISCSIPersistentVolumeSource, path: string, volume: string): FieldError[] {
  const { targetPortal = '', iqn = '', lun = 0, initiatorName } = target;
  const wrongFormat = 'must be valid format';
  const errors: FieldError[] = [];
  if (targetPortal === '') errors.push(requiredValue(`${path}.targetPortal`));
  if (initiatorName !== undefined && Buffer.byteLength(`${volume}:${targetPortal}`) > maxPortal) {
    const why =
      'Total length of <volume name>:<iscsi.targetPortal> must be under 64 characters if iscsi.initiatorName is specified.';
    errors.push(invalidValue(`${path}.targetportal`, targetPortal, why));
  }
  if (iqn === '') errors.push(requiredValue(`${path}.iqn`));
  else if (!isQualifiedName(iqn)) errors.push(invalidValue(`${path}.iqn`, iqn, wrongFormat));
  errors.push(...validateInRange(lun, `${path}.lun`, 0, 255));
  const authenticates = target.chapAuthDiscovery === true || target.chapAuthSession === true;
  if (authenticates && target.secretRef === undefined) errors.push(requiredValue(`${path}.secretRef`));
  errors.push(...secretRef(target.secretRef, path, ['name']));
  if (initiatorName !== undefined && !isQualifiedName(initiatorName))
    errors.push(invalidValue(`${path}.initiatorname`, initiatorName, wrongFormat));
  return errors;
}

function validateFibreChannel({ targetWWNs = [], wwids = [], lun }: FCVolumeSource, path: string): FieldError[] {
  const errors: FieldError[] = [];
  const field = `${path}.targetWWNs`;
  if (targetWWNs.length === 0 && wwids.length === 0)
    errors.push(requiredValue(field, 'must specify either targetWWNs or wwids, but not both'));
  if (targetWWNs.length === 0) return errors;
  if (wwids.length > 0)
    errors.push(invalidValue(field, targetWWNs, 'targetWWNs and wwids can not be specified simultaneously'));
  if (lun === undefined) return [...errors, requiredValue(`${path}.lun`, 'lun is required if targetWWNs is specified')];
  return [...errors, ...validateInRange(lun, `${path}.lun`, 0, 255)];
}

function isReserved(key: string): boolean {
  const domain = `.${(key.includes('/') ? key.slice(0, key.indexOf('/')) : key).toLowerCase()}`;
  return domain.endsWith('.kubernetes.io') || domain.endsWith('.k8s.io');
}

const cachingModes = ['None', 'ReadOnly', 'ReadWrite'];
const diskKinds = ['Dedicated', 'Managed', 'Shared'];
const managedDisk = '/subscriptions/{sub-id}/resourcegroups/{group-name}/providers/microsoft.compute/disks/{disk-id}';
const blobDisk = 'https://{account-name}.blob.core.windows.net/{container-name}/{disk-name}.vhd';

function validateAzureDisk(disk: AzureDiskVolumeSource, path: string): FieldError[] {
  const { diskURI = '', cachingMode, kind } = disk;
  const errors = required<AzureDiskVolumeSource>('diskName', 'diskURI')(disk, path);
  if (cachingMode !== undefined && !cachingModes.includes(cachingMode))
    errors.push(unsupportedValue(`${path}.cachingMode`, cachingMode, cachingModes));
  if (kind !== undefined && !diskKinds.includes(kind)) errors.push(unsupportedValue(`${path}.kind`, kind, diskKinds));
  const isManaged = kind === 'Managed';
  if (kind !== undefined && !diskURI.startsWith(isManaged ? '/subscriptions/' : 'https://'))
    errors.push(unsupportedValue(`${path}.diskURI`, diskURI, [isManaged ? managedDisk : blobDisk]));
  return errors;
}

function validateLocal({ path = '' }: LocalVolumeSource, at: string): FieldError[] {
  return path === '' ? [requiredValue(`${at}.path`)] : validatePathNoBacksteps(path, `${at}.path`);
}

function validateStorageOs(
  { volumeName = '', volumeNamespace = '', secretRef: ref }: StorageOSPersistentVolumeSource,
  path: string,
): FieldError[] {
  const name = `${path}.volumeName`;
  return [
    ...(volumeName === '' ? [requiredValue(name)] : validateText(volumeName, name, dns1123Label)),
    ...(volumeNamespace === '' ? [] : validateText(volumeNamespace, `${path}.volumeNamespace`, dns1123Label)),
    ...secretRef(ref === undefined ? undefined : ref, path, ['name', 'namespace']),
  ];
}

const maxDriver = 63;

export function validateCsiDriver(driver: string, field: string): FieldError[] {
  if (driver === '') return [requiredValue(field)];
  return [
    ...(Buffer.byteLength(driver) > maxDriver ? [tooLong(field, maxDriver)] : []),
    ...validateText(driver, field, (text) => dns1123Subdomain(text.toLowerCase())),
  ];
}

const csiSecrets = [
  'controllerPublishSecretRef',
  'controllerExpandSecretRef',
  'nodePublishSecretRef',
  'nodeExpandSecretRef',
] as const;

function validateCsi(source: CSIPersistentVolumeSource, path: string): FieldError[] {
  return [
    ...validateCsiDriver(source.driver ?? '', `${path}.driver`),
    ...required<CSIPersistentVolumeSource>('volumeHandle')(source, path),
    ...csiSecrets.flatMap((field) => {
      const ref = source[field];
      if (ref === undefined) return [];
      const { name = '', namespace = '' } = ref;
      const at = `${path}.${field}`;
      return [
        ...(name === '' ? [requiredValue(`${at}.name`)] : validateText(name, `${at}.name`, dns1123Subdomain)),
        ...(namespace === ''
          ? [requiredValue(`${at}.namespace`)]
          : validateText(namespace, `${at}.namespace`, dns1123Label)),
      ];
    }),
  ];
}
