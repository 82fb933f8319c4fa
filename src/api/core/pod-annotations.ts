import { type FieldError, forbiddenValue, invalidValue } from '../../machinery/field-error.ts';
import { goQuote } from '../../machinery/go-quote.ts';
import { parseInt64 } from '../../machinery/selector/int64.ts';
import { checkDescendingPath } from '../../machinery/validation/paths.ts';
import type { Container, EphemeralContainer, PodSpec, SeccompProfile } from '../types/core-v1.generated.ts';
import { eachContainer } from './each-container.ts';

export const mirrorPod = 'kubernetes.io/config.mirror';
const deletionCost = 'controller.kubernetes.io/pod-deletion-cost';
const seccompOfPod = 'seccomp.security.alpha.kubernetes.io/pod';
const seccompOfContainer = 'container.seccomp.security.alpha.kubernetes.io/';
export const appArmorOfContainer = 'container.apparmor.security.beta.kubernetes.io/';

type Annotations = Readonly<Record<string, string>>;

/** Adds to `errors` what is wrong with those of a pod's or template's annotations that mean something. */
export function checkPodAnnotations(annotations: Annotations, spec: PodSpec, path: string, errors: FieldError[]): void {
  for (const [key, value] of Object.entries(annotations)) {
    const at = `${path}[${key}]`;
    if (key === mirrorPod && (spec.nodeName ?? '') === '') {
      errors.push(invalidValue(at, value, 'must set spec.nodeName if mirror pod annotation is set'));
    } else if (key === deletionCost && !isInt32(value)) {
      errors.push(invalidValue(at, value, 'must be a 32bit integer'));
    } else if (key === seccompOfPod || key.startsWith(seccompOfContainer)) {
      checkSeccomp(value, `${path}.${key}`, errors);
    } else if (key.startsWith(appArmorOfContainer)) {
      const name = key.slice(appArmorOfContainer.length);
      if (!hasContainer(spec, name)) errors.push(invalidValue(at, name, 'container not found'));
      if (!isAppArmorProfile(value)) {
        errors.push(invalidValue(at, value, `invalid AppArmor profile name: ${goQuote(value)}`));
      }
    }
  }
}

/** The cost of deleting a pod: no plus before it, and no zeros. */
function isInt32(text: string): boolean {
  if (text !== '0' && (/^[+0]/.test(text) || text.startsWith('-0'))) return false;
  const value = parseInt64(text);
  return value !== undefined && value >= -(2n ** 31n) && value < 2n ** 31n;
}

function checkSeccomp(profile: string, path: string, errors: FieldError[]): void {
  if (['runtime/default', 'docker/default', 'unconfined'].includes(profile)) return;
  if (profile.startsWith('localhost/')) checkDescendingPath(profile.slice('localhost/'.length), path, errors);
  else errors.push(invalidValue(path, profile, 'must be a valid seccomp profile'));
}

const isAppArmorProfile = (profile: string): boolean =>
  profile === '' || profile === 'runtime/default' || profile === 'unconfined' || profile.startsWith('localhost/');

function hasContainer(spec: PodSpec, name: string): boolean {
  let found = false;
  eachContainer(spec, '', (container) => {
    if (container.name === name) found = true;
  });
  return found;
}

/** Annotations that a pod keeps from its first moment on. */
export function checkKeptAnnotations(now: Annotations, before: Annotations, path: string, errors: FieldError[]): void {
  for (const [key, value] of Object.entries(before)) {
    if (Object.hasOwn(now, key) && now[key] === value) continue;
    const what = keptName(key);
    if (what !== undefined) errors.push(forbiddenValue(`${path}[${key}]`, `may not remove or update ${what}`));
  }
  for (const key of Object.keys(now)) {
    const what = Object.hasOwn(before, key) ? undefined : keptName(key);
    if (what !== undefined) errors.push(forbiddenValue(`${path}[${key}]`, `may not add ${what}`));
  }
}

function keptName(key: string): string | undefined {
  if (key.startsWith(appArmorOfContainer)) return 'AppArmor annotations';
  return key === mirrorPod ? 'mirror pod annotation' : undefined;
}

/** Adds to `errors` where a profile is said twice, in an annotation and in the field that came after it, and differs. */
export function checkProfilesMatch(annotations: Annotations, spec: PodSpec, path: string, errors: FieldError[]): void {
  const keys = Object.keys(annotations);
  if (keys.some((key) => key === seccompOfPod || key.startsWith(seccompOfContainer))) {
    const ofPod = annotations[seccompOfPod];
    checkSame(ofPod, spec.securityContext?.seccompProfile, 'seccomp', `${path}.securityContext.seccompProfile`, errors);
    eachContainer(spec, path, ({ name = '', securityContext }, at) => {
      const field = `${at}.securityContext.seccompProfile`;
      checkSame(annotations[seccompOfContainer + name], securityContext?.seccompProfile, 'seccomp', field, errors);
    });
  }
  if (spec.os?.name === 'windows' || !keys.some((key) => key.startsWith(appArmorOfContainer))) return;
  eachContainer(spec, path, (container, at) => {
    const annotation = annotations[appArmorOfContainer + (container.name ?? '')];
    const field = `${at}.securityContext.appArmorProfile`;
    checkSame(annotation, appArmorProfileOf(spec, container), 'apparmor', field, errors);
  });
}

const appArmorProfileOf = (spec: PodSpec, { securityContext }: Container | EphemeralContainer) =>
  securityContext?.appArmorProfile ?? spec.securityContext?.appArmorProfile;

function checkSame(
  annotation: string | undefined,
  profile: SeccompProfile | undefined,
  what: 'seccomp' | 'apparmor',
  path: string,
  errors: FieldError[],
): void {
  if (annotation === undefined || profile === undefined) return;
  const mustMatch = (kind: string) => `${what} ${kind} in annotation and field must match`;
  const wrongType = () => errors.push(forbiddenValue(`${path}.type`, mustMatch('type')));
  const isDefault = annotation === 'runtime/default' || (what === 'seccomp' && annotation === 'docker/default');
  if (profile.type === 'Unconfined' && annotation !== 'unconfined') wrongType();
  if (profile.type === 'RuntimeDefault' && !isDefault) wrongType();
  if (profile.type !== 'Localhost') return;
  if (!annotation.startsWith('localhost/')) wrongType();
  else if (annotation.slice('localhost/'.length) !== profile.localhostProfile) {
    errors.push(forbiddenValue(`${path}.localhostProfile`, mustMatch('profile')));
  }
}
