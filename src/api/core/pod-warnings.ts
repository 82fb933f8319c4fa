import { goQuote } from '../../machinery/go-quote.ts';
import { numberAt, objectIn, objectsAt, stringsAt, textAt, valueAt } from '../../machinery/json/json-path.ts';
import { isJsonObject, type JsonObject, objectAt, stringAt } from '../../machinery/json-value.ts';
import { dns1123Label } from '../../machinery/validation/dns.ts';
import { ipWarnings } from '../../machinery/validation/ip-warnings.ts';
import { deprecatedNodeLabel, nodeSelectorTermWarnings } from './node-labels.ts';
import { type PlacedContainer, portWarnings } from './port-warnings.ts';
import { claimWarnings, fractionalBytesWarnings } from './resource-warnings.ts';
import { deprecatedVolumeWarnings, overlappingPathWarnings } from './volume-warnings.ts';

const sysctls = 'non-functional in v1.11+; use the "sysctls" field instead';
const deprecatedAnnotations: Readonly<Record<string, string>> = {
  'scheduler.alpha.kubernetes.io/critical-pod': 'non-functional in v1.16+; use the "priorityClassName" field instead',
  'security.alpha.kubernetes.io/sysctls': sysctls,
  'security.alpha.kubernetes.io/unsafe-sysctls': sysctls,
};
const seccompOfPod = 'seccomp.security.alpha.kubernetes.io/pod';
const seccompOfContainer = 'container.seccomp.security.alpha.kubernetes.io/';
const appArmorOfContainer = 'container.apparmor.security.beta.kubernetes.io/';
const byteResources = ['memory', 'ephemeral-storage'];

/** A name that makes hostnames: `used` says how. */
export const hostnameWarnings = (object: object, used: string): string[] => {
  const wrong = dns1123Label(textAt(object as JsonObject, 'metadata', 'name'));
  if (wrong.length === 0) return [];
  const surprise = 'which can result in surprising behavior; a DNS label is recommended';
  return [`metadata.name: this is used in ${used}, ${surprise}: [${wrong.join(' ')}]`];
};

/** What should be heard of a pod, in the order in which the original tells it. */
export const podWarnings = (pod: object): string[] => warningsOf(pod as JsonObject, '');

/** The same for the template that lies at `spec.template` of a workload. */
export const templateWarnings = (workload: object): string[] =>
  podTemplateWarnings(objectIn(workload as JsonObject, 'spec', 'template'), 'spec.template');

/** The same for a template wherever it lies. */
export const podTemplateWarnings = (template: object | undefined, path: string): string[] =>
  template === undefined ? [] : warningsOf(template as JsonObject, `${path}.`);

/** The same for a workload whose name becomes part of its pods' names. */
export const workloadWarnings = (workload: object): string[] => [
  ...hostnameWarnings(workload, 'Pod names and hostnames'),
  ...templateWarnings(workload),
];

/** `prefix`: where the pod or template stands, with a dot at its end. */
function warningsOf(pod: JsonObject, prefix: string): string[] {
  const spec = objectAt(pod, 'spec') ?? {};
  const at = `${prefix}spec`;
  const annotations = objectIn(pod, 'metadata', 'annotations') ?? {};
  const annotated = (key: string) => Object.hasOwn(annotations, key);
  const annotation = (key: string) => `${prefix}metadata.annotations[${key}]`;
  const containers = ['initContainers', 'containers', 'ephemeralContainers'].flatMap((field) =>
    objectsAt(spec, field).map((container, index) => ({ container, path: `${at}.${field}[${index}]` })),
  );
  const volumes = objectsAt(spec, 'volumes');
  const profileInField = 'non-functional in v1.27+; use the "seccompProfile" field instead';
  const warnings = [
    ...nodeSelectionWarnings(spec, at),
    ...Object.entries(deprecatedAnnotations)
      .filter(([key]) => annotated(key))
      .map(([key, message]) => `${annotation(key)}: ${message}`),
    ...volumes.flatMap((volume, index) => volumeWarnings(volume, `${at}.volumes[${index}]`)),
    ...volumes.flatMap((volume) => overlappingPathWarnings(volume)),
    ...repeated(objectsAt(spec, 'hostAliases'), 'ip', `${at}.hostAliases`),
    ...repeated(objectsAt(spec, 'imagePullSecrets'), 'name', `${at}.imagePullSecrets`),
    ...objectsAt(spec, 'imagePullSecrets').flatMap((secret, index) =>
      stringAt(secret, 'name') === '' ? [`${at}.imagePullSecrets[${index}].name: invalid empty name ""`] : [],
    ),
    ...fractionalBytesWarnings(spec, ['overhead'], byteResources, at),
  ];
  if (annotated(seccompOfPod) && objectIn(spec, 'securityContext', 'seccompProfile') === undefined)
    warnings.push(`${annotation(seccompOfPod)}: ${profileInField}`);
  for (const { container, path } of containers) {
    const [seccomp, appArmor] = [seccompOfContainer, appArmorOfContainer].map(
      (key) => key + stringAt(container, 'name'),
    );
    if (
      seccomp !== undefined &&
      annotated(seccomp) &&
      objectIn(container, 'securityContext', 'seccompProfile') === undefined
    )
      warnings.push(`${annotation(seccomp)}: ${profileInField}`);
    if (
      appArmor !== undefined &&
      annotated(appArmor) &&
      !hasAppArmorProfile(spec, container, textAt(annotations, appArmor))
    )
      warnings.push(`${annotation(appArmor)}: deprecated since v1.30; use the "appArmorProfile" field instead`);
    warnings.push(
      ...byteResources.flatMap((resource) => [
        ...fractionalBytesWarnings(container, ['resources', 'limits'], [resource], path),
        ...fractionalBytesWarnings(container, ['resources', 'requests'], [resource], path),
      ]),
      ...envWarnings({ container, path }),
    );
  }
  warnings.push(...portWarnings(containers));
  if (numberAt(spec, 'terminationGracePeriodSeconds') < 0) {
    const treated = 'must be >= 0; negative values are invalid and will be treated as 1';
    warnings.push(`${at}.terminationGracePeriodSeconds: ${treated}`);
  }
  const nameservers = stringsAt(spec, 'dnsConfig', 'nameservers');
  const aliases = objectsAt(spec, 'hostAliases');
  return [
    ...warnings,
    ...affinityWarnings(spec, at),
    ...nameservers.flatMap((server, index) => ipWarnings(`${at}.dnsConfig.nameservers[${index}]`, server)),
    ...aliases.flatMap((alias, index) => ipWarnings(`${at}.hostAliases[${index}].ip`, stringAt(alias, 'ip'))),
  ];
}

function nodeSelectionWarnings(spec: JsonObject, at: string): string[] {
  const affinity = objectIn(spec, 'affinity', 'nodeAffinity');
  const [required, preferred] = [
    'requiredDuringSchedulingIgnoredDuringExecution',
    'preferredDuringSchedulingIgnoredDuringExecution',
  ] as const;
  const below = `${at}.affinity.nodeAffinity`;
  return [
    ...Object.keys(objectAt(spec, 'nodeSelector') ?? {}).flatMap((key) => {
      const message = deprecatedNodeLabel(key);
      return message === undefined ? [] : [`${at}.nodeSelector[${key}]: ${message}`];
    }),
    ...objectsAt(affinity, required, 'nodeSelectorTerms').flatMap((term, index) =>
      nodeSelectorTermWarnings(term, `${below}.${required}.nodeSelectorTerms[${index}]`),
    ),
    ...objectsAt(affinity, preferred).flatMap((term, index) =>
      nodeSelectorTermWarnings(objectAt(term, 'preference'), `${below}.${preferred}[${index}].preference`, true),
    ),
    ...objectsAt(spec, 'topologySpreadConstraints').flatMap((constraint, index) => {
      const path = `${at}.topologySpreadConstraints[${index}]`;
      const key = stringAt(constraint, 'topologyKey');
      const message = deprecatedNodeLabel(key);
      return [
        ...(message === undefined ? [] : [`${path}.topologyKey: ${key} is ${message}`]),
        ...(isJsonObject(constraint['labelSelector']) ? [] : [`${path}.labelSelector: ${matchesNothing}`]),
      ];
    }),
  ];
}

const matchesNothing = 'a null labelSelector results in matching no pod';

function affinityWarnings(spec: JsonObject, at: string): string[] {
  return ['podAffinity', 'podAntiAffinity'].flatMap((field) => {
    const affinity = objectIn(spec, 'affinity', field);
    const [required, preferred] = [
      'requiredDuringSchedulingIgnoredDuringExecution',
      'preferredDuringSchedulingIgnoredDuringExecution',
    ] as const;
    const below = `${at}.affinity.${field}`;
    return [
      ...objectsAt(affinity, required).flatMap((term, index) =>
        isJsonObject(term['labelSelector']) ? [] : [`${below}.${required}[${index}].labelSelector: ${matchesNothing}`],
      ),
      ...objectsAt(affinity, preferred).flatMap((term, index) =>
        objectIn(term, 'podAffinityTerm', 'labelSelector') === undefined
          ? [`${below}.${preferred}[${index}].podAffinityTerm.labelSelector: ${matchesNothing}`]
          : [],
      ),
    ];
  });
}

function volumeWarnings(volume: JsonObject, path: string): string[] {
  const claim = objectIn(volume, 'ephemeral', 'volumeClaimTemplate', 'spec');
  return [
    ...deprecatedVolumeWarnings(volume, path),
    ...claimWarnings(claim, `${path}.ephemeral.volumeClaimTemplate.spec`),
  ];
}

/** Items that have the same value in `field` as one before them. */
function repeated(items: readonly JsonObject[], field: string, path: string): string[] {
  const seen = new Set<string>();
  return items.flatMap((item, index) => {
    const value = stringAt(item, field);
    if (seen.has(value)) return [`${path}[${index}].${field}: duplicate ${field} ${goQuote(value)}`];
    seen.add(value);
    return [];
  });
}

/** A second value of a variable is all right where it is made of the first: `PATH=$(PATH):/more`. */
function envWarnings({ container, path }: PlacedContainer): string[] {
  const seen = new Set<string>();
  return objectsAt(container, 'env').flatMap((variable, index) => {
    const [name, value] = [stringAt(variable, 'name'), stringAt(variable, 'value')];
    const reference = `$(${name})`;
    const first = !seen.has(name);
    seen.add(name);
    const extends_ = value.includes(reference) && value !== reference && valueAt(variable, 'valueFrom') === undefined;
    if (first || extends_) return [];
    return [
      `${path}.env[${index}]: hides previous definition of ${goQuote(name)}, which may be dropped when using apply`,
    ];
  });
}

/** A profile in a field of the container, or of the pod and the same as in the annotation. */
function hasAppArmorProfile(spec: JsonObject, container: JsonObject, annotation: string): boolean {
  if (objectIn(container, 'securityContext', 'appArmorProfile') !== undefined) return true;
  const profile = objectIn(spec, 'securityContext', 'appArmorProfile');
  if (profile === undefined) return false;
  const type = stringAt(profile, 'type');
  if (annotation === 'unconfined') return type === 'Unconfined';
  if (annotation === 'runtime/default') return type === 'RuntimeDefault';
  return type === 'Localhost' && annotation === `localhost/${stringAt(profile, 'localhostProfile')}`;
}
