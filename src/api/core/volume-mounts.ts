import {
  checkEach,
  duplicateValue,
  type FieldError,
  forbiddenValue,
  invalidValue,
  requiredValue,
  unsupportedValue,
  valueNotFound,
} from '../../machinery/field-error.ts';
import { checkDescendingPath, hasBackstep } from '../../machinery/validation/paths.ts';
import type { Container, VolumeMount } from '../types/core-v1.generated.ts';
import type { VolumesByName } from './volumes.ts';

const propagations = ['Bidirectional', 'HostToContainer', 'None'];
const recursions = ['Disabled', 'Enabled', 'IfPossible'];
const bindOptions = ['nodev', 'noexec', 'nosuid'];

/** Adds to `errors` what is wrong with the places where a container has its volumes, as directories and as devices. */
export function checkVolumePlaces(
  container: Container,
  volumes: VolumesByName,
  path: string,
  errors: FieldError[],
): void {
  const { volumeMounts = [], volumeDevices = [] } = container;
  if (volumeMounts.length === 0 && volumeDevices.length === 0) return;
  const devices = {
    names: new Set(volumeDevices.map(({ name = '' }) => name)),
    paths: new Set(new Map(volumeDevices.map(({ name = '', devicePath = '' }) => [name, devicePath])).values()),
  };
  const mounts = {
    names: new Set(volumeMounts.map(({ name = '' }) => name)),
    paths: new Set(new Map(volumeMounts.map(({ name = '', mountPath = '' }) => [name, mountPath])).values()),
  };
  checkMounts(container, volumes, devices, `${path}.volumeMounts`, errors);
  checkDevices(container, volumes, mounts, `${path}.volumeDevices`, errors);
}

interface Taken {
  readonly names: ReadonlySet<string>;
  /** Of each name the last one. */
  readonly paths: ReadonlySet<string>;
}

function checkMounts(
  container: Container,
  volumes: VolumesByName,
  devices: Taken,
  path: string,
  errors: FieldError[],
): void {
  const seen = new Set<string>();
  checkEach(container.volumeMounts, path, errors, (mount, at) => {
    const { name = '', mountPath = '', subPath = '', subPathExpr = '', mountPropagation } = mount;
    if (name === '') errors.push(requiredValue(`${at}.name`));
    if (!volumes.has(name)) errors.push(valueNotFound(`${at}.name`, name));
    if (mountPath === '') errors.push(requiredValue(`${at}.mountPath`));
    if (seen.has(mountPath)) errors.push(invalidValue(`${at}.mountPath`, mountPath, 'must be unique'));
    seen.add(mountPath);
    if (devices.names.has(name)) {
      errors.push(invalidValue(`${at}.name`, name, 'must not already exist in volumeDevices'));
    }
    if (devices.paths.has(mountPath)) {
      errors.push(invalidValue(`${at}.mountPath`, mountPath, 'must not already exist as a path in volumeDevices'));
    }
    // From here on the original tells of the list, not of the one that is wrong.
    if (subPath !== '') checkDescendingPath(subPath, `${path}.subPath`, errors);
    if (subPathExpr !== '') {
      if (subPath !== '') {
        const why = 'subPathExpr and subPath are mutually exclusive';
        errors.push(invalidValue(`${at}.subPathExpr`, subPathExpr, why));
      }
      checkDescendingPath(subPathExpr, `${path}.subPathExpr`, errors);
    }
    if (mountPropagation !== undefined) {
      checkPropagation(mountPropagation, container, `${path}.mountPropagation`, errors);
    }
    if (mount.recursiveReadOnly !== undefined) checkRecursion(mount, `${path}.recursiveReadOnly`, errors);
    checkBindOptions(mount, volumes, `${at}.bindMountOptions`, errors);
  });
}

function checkPropagation(propagation: string, container: Container, path: string, errors: FieldError[]): void {
  if (!propagations.includes(propagation)) errors.push(unsupportedValue(path, propagation, propagations));
  if (propagation !== 'Bidirectional' || container.securityContext?.privileged === true) return;
  errors.push(forbiddenValue(path, 'Bidirectional mount propagation is available only to privileged containers'));
}

function checkRecursion(mount: VolumeMount, path: string, errors: FieldError[]): void {
  const { recursiveReadOnly = '', readOnly = false, mountPropagation = 'None' } = mount;
  if (!recursions.includes(recursiveReadOnly)) errors.push(unsupportedValue(path, recursiveReadOnly, recursions));
  else if (recursiveReadOnly !== 'Disabled') {
    if (!readOnly) errors.push(forbiddenValue(path, 'may only be specified when readOnly is true'));
    if (mountPropagation !== 'None') {
      errors.push(forbiddenValue(path, 'may only be specified when mountPropagation is None or not specified'));
    }
  }
}

function checkBindOptions(mount: VolumeMount, volumes: VolumesByName, path: string, errors: FieldError[]): void {
  const { bindMountOptions = [] } = mount;
  if (bindMountOptions.length === 0) return;
  const seen = new Set<string>();
  checkEach(bindMountOptions, path, errors, (option, at) => {
    if (!bindOptions.includes(option)) errors.push(unsupportedValue(at, option, bindOptions));
    if (seen.has(option)) errors.push(duplicateValue(at, option));
    seen.add(option);
  });
  if (volumes.get(mount.name ?? '')?.image === undefined) return;
  errors.push(invalidValue(path, [...bindMountOptions], 'bindMountOptions may not be used with image volumes'));
}

function checkDevices(
  { volumeDevices }: Container,
  volumes: VolumesByName,
  mounts: Taken,
  path: string,
  errors: FieldError[],
): void {
  const paths = new Set<string>();
  const names = new Set<string>();
  checkEach(volumeDevices, path, errors, ({ name = '', devicePath = '' }, at) => {
    const volume = volumes.get(name);
    const wrongName = (why: string) => errors.push(invalidValue(`${at}.name`, name, why));
    const wrongPath = (why: string) => errors.push(invalidValue(`${at}.devicePath`, devicePath, why));
    if (name === '') errors.push(requiredValue(`${at}.name`));
    if (names.has(name)) wrongName('must be unique');
    if (volume === undefined) errors.push(valueNotFound(`${at}.name`, name));
    else if (volume.persistentVolumeClaim === undefined && volume.ephemeral === undefined) {
      wrongName('can only use volume source type of PersistentVolumeClaim or Ephemeral for block mode');
    }
    if (devicePath === '') errors.push(requiredValue(`${at}.devicePath`));
    if (paths.has(devicePath)) wrongPath('must be unique');
    if (hasBackstep(devicePath)) wrongPath("can not contain backsteps ('..')");
    else paths.add(devicePath);
    if (mounts.names.has(name)) wrongName('must not already exist in volumeMounts');
    if (mounts.paths.has(devicePath)) wrongPath('must not already exist as a path in volumeMounts');
    if (name !== '') names.add(name);
  });
}
