import {
  addInvalid,
  type FieldError,
  invalidValue,
  requiredValue,
  unsupportedValue,
} from '../../machinery/field-error.ts';
import { parseQuantity, quantityToNumber } from '../../machinery/quantity.ts';
import { labelKey } from '../../machinery/validation/label.ts';
import type { ObjectFieldSelector, ResourceFieldSelector } from '../types/core-v1.generated.ts';

/** All that a pod can be asked about itself. */
const podFields: ReadonlySet<string> = new Set([
  'metadata.annotations',
  'metadata.labels',
  'metadata.name',
  'metadata.namespace',
  'metadata.uid',
  'spec.nodeName',
  'spec.restartPolicy',
  'spec.serviceAccountName',
  'spec.schedulerName',
  'status.phase',
  'status.hostIP',
  'status.hostIPs',
  'status.podIP',
  'status.podIPs',
]);

/** `metadata.labels['key']`, without the quotes around the key. */
const subscripted = /^(.+?)\['([^]*)'\]$/;

/** A field of the pod; `allowed`: those that the place can show, sorted. */
export function checkFieldRef(
  { apiVersion = '', fieldPath = '' }: ObjectFieldSelector,
  allowed: readonly string[],
  path: string,
  errors: FieldError[],
): void {
  const field = `${path}.fieldPath`;
  if (apiVersion === '') errors.push(requiredValue(`${path}.apiVersion`));
  else if (fieldPath === '') errors.push(requiredValue(field));
  else {
    const cannot = (why: string) => errors.push(invalidValue(field, fieldPath, `error converting fieldPath: ${why}`));
    const [, below = '', key] = subscripted.exec(fieldPath) ?? [];
    const isMap = below === 'metadata.annotations' || below === 'metadata.labels';
    if (apiVersion !== 'v1') cannot(`unsupported pod version: ${apiVersion}`);
    else if (key !== undefined) {
      if (!isMap) cannot(`field label does not support subscript: ${fieldPath}`);
      else {
        const name = below === 'metadata.annotations' ? key.toLowerCase() : key;
        addInvalid(errors, path, name, labelKey(name));
      }
    } else if (fieldPath === 'spec.host') {
      if (!allowed.includes('spec.nodeName')) errors.push(unsupportedValue(field, 'spec.nodeName', allowed));
    } else if (!podFields.has(fieldPath)) cannot(`field label not supported: ${fieldPath}`);
    else if (!allowed.includes(fieldPath)) errors.push(unsupportedValue(field, fieldPath, allowed));
  }
}

const resources = [
  'limits.cpu',
  'limits.ephemeral-storage',
  'limits.memory',
  'requests.cpu',
  'requests.ephemeral-storage',
  'requests.memory',
];
const isHugePages = (resource: string): boolean => /^(?:limits|requests)\.hugepages-/.test(resource);

const units = ['1', '1k', '1M', '1G', '1T', '1P', '1E', '1Ki', '1Mi', '1Gi', '1Ti', '1Pi', '1Ei'];
const bytes = `only divisor's values ${units.join(', ')} are supported with the`;

/** An amount of a resource of a container, which a volume's file has to name: `needsContainer`. */
export function checkResourceFieldRef(
  { containerName = '', resource = '', divisor = '0' }: ResourceFieldSelector,
  needsContainer: boolean,
  path: string,
  errors: FieldError[],
): void {
  if (needsContainer && containerName === '') errors.push(requiredValue(`${path}.containerName`));
  else if (resource === '') errors.push(requiredValue(`${path}.resource`));
  else if (!resources.includes(resource) && !isHugePages(resource)) {
    errors.push(unsupportedValue(`${path}.resource`, resource, resources));
  }
  const why = wrongDivisor(resource, divisor);
  if (why !== undefined) errors.push(invalidValue(`${path}.divisor`, resource, why));
}

function wrongDivisor(resource: string, divisor: string): string | undefined {
  if (divisor === '0' || quantityToNumber(parseQuantity(divisor)) === 0) return undefined;
  const name = resource.slice(resource.indexOf('.') + 1);
  if (isHugePages(resource)) return units.includes(divisor) ? undefined : `${bytes} hugepages resource`;
  if (!resources.includes(resource)) return undefined;
  if (name === 'cpu') {
    return ['1m', '1'].includes(divisor)
      ? undefined
      : "only divisor's values 1m and 1 are supported with the cpu resource";
  }
  if (units.includes(divisor)) return undefined;
  return `${bytes} ${name === 'memory' ? 'memory' : 'local ephemeral storage'} resource`;
}
