import {
  addInvalid,
  checkEach,
  duplicateValue,
  type FieldError,
  forbiddenValue,
  invalidValue,
  requiredValue,
} from '../../machinery/field-error.ts';
import { goQuote } from '../../machinery/go-quote.ts';
import { dns1123Label, dns1123Subdomain } from '../../machinery/validation/dns.ts';
import type { Volume } from '../types/core-v1.generated.ts';
import { checkVolumeSource, sourcesInOrder } from './volume-sources.ts';

/** The volumes of a pod that are right, by their names. */
export type VolumesByName = ReadonlyMap<string, Volume>;

/**
 * Adds to `errors` what is wrong with a pod's volumes, and gives the others. `podName`: '' of a template, whose pods have
 * names that nobody knows yet.
 */
export function checkVolumes(
  volumes: readonly Volume[] | undefined,
  podName: string,
  path: string,
  errors: FieldError[],
): VolumesByName {
  const right = new Map<string, Volume>();
  if (volumes === undefined) return right;
  const made = claimsMadeFor(volumes, podName);
  checkEach(volumes, path, errors, (volume, at) => {
    const { name = '' } = volume;
    const before = errors.length;
    checkSources(volume, podName, at, errors);
    if (name === '') errors.push(requiredValue(`${at}.name`));
    else addInvalid(errors, `${at}.name`, name, dns1123Label(name));
    if (right.has(name)) errors.push(duplicateValue(`${at}.name`, name));
    if (errors.length === before) right.set(name, volume);
    const claim = volume.persistentVolumeClaim?.claimName;
    if (claim === undefined || !made.has(claim)) return;
    const why = 'must not reference a PVC that gets created for an ephemeral volume';
    errors.push(invalidValue(`${at}.persistentVolumeClaim.claimName`, claim, why));
  });
  return right;
}

/** Each ephemeral volume of a pod gets a claim, named after both. */
function claimsMadeFor(volumes: readonly Volume[], podName: string): ReadonlySet<string> {
  if (podName === '') return new Set();
  const ephemeral = volumes.filter((volume) => volume.ephemeral !== undefined);
  return new Set(ephemeral.map(({ name = '' }) => `${podName}-${name}`));
}

/** A volume is of one kind. The first one counts, in the original's order, and the others are refused unseen. */
function checkSources(volume: Volume, podName: string, path: string, errors: FieldError[]): void {
  let found = false;
  for (const source of sourcesInOrder) {
    if (volume[source] === undefined) continue;
    if (found) {
      errors.push(forbiddenValue(`${path}.${toldAs[source] ?? source}`, 'may not specify more than 1 volume type'));
    } else {
      checkVolumeSource(volume, source, path, errors);
      if (source === 'ephemeral') checkClaimName(volume, podName, path, errors);
    }
    if (source === 'iscsi') checkInitiator(volume, path, errors);
    found = true;
  }
  if (!found) errors.push(requiredValue(path, 'must specify a volume type'));
}

/** Where the original's words differ from the field's name. */
const toldAs: { readonly [source in keyof Volume]?: string } = { cephfs: 'cephFS', downwardAPI: 'downwarAPI' };

function checkClaimName({ name = '' }: Volume, podName: string, path: string, errors: FieldError[]): void {
  if (podName === '' || name === '') return;
  const claim = `${podName}-${name}`;
  const wrong = dns1123Subdomain(claim).map((why) => `PVC name ${goQuote(claim)}: ${why}`);
  addInvalid(errors, `${path}.name`, name, wrong);
}

function checkInitiator({ name = '', iscsi }: Volume, path: string, errors: FieldError[]): void {
  const { initiatorName, targetPortal = '' } = iscsi ?? {};
  if (initiatorName === undefined || Buffer.byteLength(`${name}:${targetPortal}`) <= 64) return;
  const what = 'Total length of <volume name>:<iscsi.targetPortal>';
  const why = `${what} must be under 64 characters if iscsi.initiatorName is specified.`;
  errors.push(invalidValue(`${path}.name`, name, why));
}
