import {
  addInvalid,
  checkEach,
  type FieldError,
  forbiddenValue,
  invalidValue,
  requiredValue,
  tooLong,
  unsupportedValue,
} from '../../machinery/field-error.ts';
import { labelKey } from '../../machinery/validation/label.ts';
import { checkFilePath } from '../../machinery/validation/paths.ts';
import { checkLabelSelector } from '../label-selector-validation.ts';
import type {
  ClusterTrustBundleProjection,
  PodCertificateProjection,
  ProjectedVolumeSource,
  ServiceAccountTokenProjection,
} from '../types/core-v1.generated.ts';
import { internalStruct, sorted } from './internal-structs.ts';
import { checkSignerName, clusterTrustBundleName } from './signer-names.ts';
import { checkDefaultMode, checkDownwardApiFiles, checkKeyFiles, checkUser } from './volume-files.ts';

/** Adds to `errors` what is wrong with a volume that is made of several sources, in which no two files have one name. */
export function checkProjectedVolume(volume: ProjectedVolumeSource, path: string, errors: FieldError[]): void {
  checkDefaultMode(volume, path, errors);
  const files = new Set<string>();
  /** `told`: what the original shows when a file's name is taken. */
  const take = (file: string, told: string): void => {
    if (files.has(file)) errors.push(invalidValue(path, told, 'conflicting duplicate paths'));
    files.add(file);
  };
  checkEach(volume.sources, `${path}.sources`, errors, (source, at) => {
    const { secret, configMap, downwardAPI, serviceAccountToken, clusterTrustBundle, podCertificate } = source;
    for (const [field, one] of [
      ['secret', secret],
      ['configMap', configMap],
    ] as const) {
      if (one === undefined) continue;
      const { name = '' } = one;
      if (name === '') errors.push(requiredValue(`${at}.${field}.name`));
      checkKeyFiles(one.items, `${at}.${field}.items`, errors, (file) => take(file, name));
    }
    if (downwardAPI !== undefined) {
      checkDownwardApiFiles(downwardAPI.items, `${at}.downwardAPI`, errors, (file) => take(file, file));
    }
    if (serviceAccountToken !== undefined) checkToken(serviceAccountToken, path, `${at}.serviceAccountToken`, errors);
    if (clusterTrustBundle !== undefined) {
      checkTrustBundle(clusterTrustBundle, `${at}.clusterTrustBundle`, errors);
      take(clusterTrustBundle.path ?? '', clusterTrustBundle.path ?? '');
    }
    if (podCertificate !== undefined) {
      checkPodCertificate(podCertificate, `${at}.podCertificate`, errors, (file) => take(file, file));
    }
    if (Object.keys(source).length > 1) {
      errors.push(forbiddenValue(at, 'may not specify more than 1 volume type per source'));
    }
  });
}

/** `volume`: the path of the whole, at which the original tells of the file. */
function checkToken(token: ServiceAccountTokenProjection, volume: string, path: string, errors: FieldError[]): void {
  const { expirationSeconds, path: file = '', user } = token;
  const field = `${path}.expirationSeconds`;
  if (expirationSeconds === undefined) errors.push(requiredValue(field));
  else if (expirationSeconds < 600) {
    errors.push(invalidValue(field, expirationSeconds, 'may not specify a duration less than 10 minutes'));
  } else if (expirationSeconds > 2 ** 32) {
    errors.push(invalidValue(field, expirationSeconds, 'may not specify a duration larger than 2^32 seconds'));
  }
  if (file === '') errors.push(requiredValue(`${volume}.path`));
  else checkFilePath(file, `${volume}.path`, errors);
  checkUser(user, `${path}.user`, errors);
}

function checkTrustBundle(bundle: ClusterTrustBundleProjection, path: string, errors: FieldError[]): void {
  const { name, signerName, labelSelector, path: file = '', user } = bundle;
  if (name !== undefined && signerName !== undefined) {
    const shown = internalStruct('ClusterTrustBundleProjection', bundle);
    errors.push(invalidValue(path, shown, 'only one of name and signerName may be used'));
  } else if (name !== undefined) {
    if (name === '') errors.push(requiredValue(`${path}.name`, 'must be a valid object name'));
    const wrong = clusterTrustBundleName(name).map((why) => `not a valid clustertrustbundlename: ${why}`);
    addInvalid(errors, `${path}.name`, name, wrong);
    if (labelSelector !== undefined) {
      const why = 'labelSelector must be unset if name is specified';
      errors.push(invalidValue(`${path}.labelSelector`, sorted(labelSelector), why));
    }
  } else if (signerName !== undefined) {
    if (signerName === '') errors.push(requiredValue(`${path}.signerName`, 'must be a valid signer name'));
    checkSignerName(signerName, `${path}.signerName`, errors);
    checkLabelSelector(labelSelector, `${path}.labelSelector`, errors);
  } else errors.push(requiredValue(path, 'either name or signerName must be specified'));
  if (file === '') errors.push(requiredValue(`${path}.path`));
  checkUser(user, `${path}.user`, errors);
  checkFilePath(file, `${path}.path`, errors);
}

const keyTypes = ['RSA3072', 'RSA4096', 'ECDSAP256', 'ECDSAP384', 'ECDSAP521', 'ED25519'];
const day = 86_400;
const maxAnnotationsBytes = 256 * 1024;
const pathFields = ['credentialBundlePath', 'keyPath', 'certificateChainPath'] as const;

function checkPodCertificate(
  certificate: PodCertificateProjection,
  path: string,
  errors: FieldError[],
  take: (file: string) => void,
): void {
  const { signerName = '', userAnnotations, keyType = '', maxExpirationSeconds, user } = certificate;
  checkSignerName(signerName, `${path}.signerName`, errors);
  if (userAnnotations !== undefined) checkUserAnnotations(userAnnotations, `${path}.userAnnotations`, errors);
  checkUser(user, `${path}.user`, errors);
  if (!keyTypes.includes(keyType)) errors.push(unsupportedValue(`${path}.keyType`, keyType, keyTypes));
  if (maxExpirationSeconds !== undefined) {
    const field = `${path}.maxExpirationSeconds`;
    const wrong = (why: string) =>
      errors.push(invalidValue(field, maxExpirationSeconds, `if provided, maxExpirationSeconds must be ${why}`));
    const most = signerName.startsWith('kubernetes.io/') ? day : 91 * day;
    if (maxExpirationSeconds < 3_600) wrong('>= 3600');
    if (maxExpirationSeconds > most) wrong(`<= ${most}`);
  }
  let paths = 0;
  for (const field of pathFields) {
    const file = certificate[field] ?? '';
    if (file === '') continue;
    paths += 1;
    checkFilePath(file, `${path}.${field}`, errors);
    take(file);
  }
  if (paths > 0) return;
  errors.push(requiredValue(path, 'specify at least one of credentialBundlePath, keyPath, and certificateChainPath'));
}

function checkUserAnnotations(annotations: { [key: string]: string }, path: string, errors: FieldError[]): void {
  let bytes = 0;
  for (const [name, value] of Object.entries(annotations)) {
    bytes += Buffer.byteLength(name) + Buffer.byteLength(value);
    const key = name.toLowerCase();
    const wrong = labelKey(key);
    if (key === '') errors.push(requiredValue(path));
    else if (wrong.length > 0) addInvalid(errors, path, key, wrong);
    else if (!key.includes('/')) {
      errors.push(invalidValue(path, key, 'must be a domain-prefixed key (such as "acme.io/foo")'));
    }
  }
  if (bytes > maxAnnotationsBytes) errors.push(tooLong(path, maxAnnotationsBytes));
}
