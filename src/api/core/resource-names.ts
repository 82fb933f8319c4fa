import { labelKey } from '../../machinery/validation/label.ts';

const containerResources: ReadonlySet<string> = new Set(['cpu', 'memory', 'ephemeral-storage']);
const countedByQuota = [
  'pods',
  'resourcequotas',
  'services',
  'replicationcontrollers',
  'secrets',
  'configmaps',
  'persistentvolumeclaims',
  'services.nodeports',
  'services.loadbalancers',
];
const measured = [...containerResources];
const standardResources: ReadonlySet<string> = new Set([
  ...measured,
  ...measured.map((name) => `requests.${name}`),
  ...measured.map((name) => `limits.${name}`),
  ...countedByQuota,
  'storage',
  'requests.storage',
]);
/** What a quota cannot limit, of those without a domain. */
const notOfQuotas: ReadonlySet<string> = new Set(['storage']);
const integerResources: ReadonlySet<string> = new Set(countedByQuota);

const hugePages = 'hugepages-';

export const isHugePages = (name: string): boolean => name.startsWith(hugePages);

/** One of Kubernetes' own: without a domain, or with its. */
export const isNativeResource = (name: string): boolean => !name.includes('/') || name.includes('kubernetes.io/');

/** More of it may be promised than there is. */
export const isOvercommitAllowed = (name: string): boolean => isNativeResource(name) && !isHugePages(name);

export const isExtendedResource = (name: string): boolean =>
  !isNativeResource(name) && !name.startsWith('requests.') && labelKey(`requests.${name}`).length === 0;

export const isIntegerResource = (name: string): boolean => integerResources.has(name) || isExtendedResource(name);

/** The size of a page, as it is written: `2Mi`; of {@link isHugePages} only. */
export const pageSizeText = (name: string): string => name.slice(hugePages.length);

const isQuotaHugePages = (name: string): boolean => isHugePages(name) || name.startsWith(`requests.${hugePages}`);

/** One that quotas know without a domain. */
export const isStandardQuotaResource = (name: string): boolean =>
  (standardResources.has(name) && !notOfQuotas.has(name)) || isQuotaHugePages(name);

/** What is wrong with `name` as that of what a quota limits. */
export function quotaResourceName(name: string): string[] {
  const wrong = resourceName(name);
  if (!name.includes('/') && !isStandardQuotaResource(name)) wrong.push('must be a standard resource for quota');
  return wrong;
}

/** What is wrong with `name` as something that a container can ask for. */
export function containerResourceName(name: string): readonly string[] {
  if (containerResources.has(name)) return [];
  const wrong = resourceName(name);
  if (!name.includes('/')) {
    if (!isHugePages(name)) wrong.push('must be a standard resource for containers');
  } else if (!isNativeResource(name) && !isExtendedResource(name)) {
    wrong.push("doesn't follow extended resource name standard");
  }
  return wrong;
}

/** What is wrong with `name` as that of any resource. */
export function resourceName(name: string): string[] {
  const wrong = labelKey(name);
  if (wrong.length > 0 || name.includes('/') || standardResources.has(name)) return wrong;
  if (isQuotaHugePages(name)) return wrong;
  return ['must be a standard resource type or fully qualified'];
}
