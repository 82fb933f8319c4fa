import {
  addInvalid,
  checkEach,
  duplicateValue,
  type FieldError,
  invalidValue,
  requiredValue,
  unsupportedValue,
} from '../../machinery/field-error.ts';
import { dns1123Label } from '../../machinery/validation/dns.ts';
import type { Container, PodSpec } from '../types/core-v1.generated.ts';
import { checkContainerPorts, checkHostPortConflicts } from './container-ports.ts';
import { checkEnv, checkEnvFrom } from './env.ts';
import type { PodRules } from './pod-rules.ts';
import { checkLifecycle, checkProbes } from './probes.ts';
import { checkPullPolicy } from './pull-policy.ts';
import { checkContainerResources } from './resources.ts';
import { checkContainerRestart, checkResizePolicy } from './restart-policies.ts';
import { checkSecurityContext } from './security-contexts.ts';
import { checkVolumePlaces } from './volume-mounts.ts';
import type { VolumesByName } from './volumes.ts';

/** What the rules of a container need of the pod around it. */
export interface AroundContainers {
  readonly spec: PodSpec;
  readonly volumes: VolumesByName;
  /** The names of the pod's resource claims. */
  readonly claims: ReadonlySet<string>;
  /** Users in containers are those of the host. */
  readonly hostUsers: boolean;
  readonly rules: PodRules;
}

const messagePolicies = ['File', 'FallbackToLogsOnError'];

/** Adds to `errors` what is wrong with a pod's containers. `path`: of the list. */
export function checkContainers(around: AroundContainers, path: string, errors: FieldError[]): void {
  const { containers, terminationGracePeriodSeconds: gracePeriod } = around.spec;
  if (containers === undefined || containers === null || containers.length === 0) {
    errors.push(requiredValue(path));
    return;
  }
  const names = new Set<string>();
  checkEach(containers, path, errors, (container, at) => {
    const { name = '', lifecycle } = container;
    checkAnyContainer(container, around, at, errors);
    if (names.has(name)) errors.push(duplicateValue(`${at}.name`, name));
    names.add(name);
    if (lifecycle !== undefined) checkLifecycle(lifecycle, gracePeriod, `${at}.lifecycle`, errors);
    checkProbes(container, gracePeriod, at, errors);
    checkContainerRestart(container, at, errors);
  });
  checkHostPortConflicts(containers, path, errors);
}

/** What is asked of a container of any kind: also of those that run first, and of those that are put in later. */
export function checkAnyContainer(
  container: Container,
  around: AroundContainers,
  path: string,
  errors: FieldError[],
): void {
  const { name = '', image = '', terminationMessagePolicy = '' } = container;
  if (name === '') errors.push(requiredValue(`${path}.name`));
  else addInvalid(errors, `${path}.name`, name, dns1123Label(name));
  if (image === '') errors.push(requiredValue(`${path}.image`));
  if (!messagePolicies.includes(terminationMessagePolicy)) {
    const field = `${path}.terminationMessagePolicy`;
    if (terminationMessagePolicy === '') errors.push(requiredValue(field));
    else errors.push(unsupportedValue(field, terminationMessagePolicy, messagePolicies));
  }
  checkContainerPorts(container.ports, `${path}.ports`, errors);
  checkEnv(container.env, `${path}.env`, errors);
  checkEnvFrom(container.envFrom, `${path}.envFrom`, errors);
  checkVolumePlaces(container, around.volumes, path, errors);
  checkPullPolicy(container.imagePullPolicy, `${path}.imagePullPolicy`, errors);
  checkContainerResources(container.resources, around.claims, `${path}.resources`, errors);
  checkResizePolicy(container, around.spec.restartPolicy ?? '', `${path}.resizePolicy`, errors);
  checkSecurityContext(container.securityContext, around, `${path}.securityContext`, errors);
}

/** Of pods, and not of templates: an image's name has no space around it. */
export function checkImages(
  containers: readonly Container[] | null | undefined,
  path: string,
  errors: FieldError[],
): void {
  checkEach(containers, path, errors, ({ image = '' }, at) => {
    if (image === image.trim()) return;
    errors.push(invalidValue(`${at}.image`, image, 'must not have leading or trailing whitespace'));
  });
}
