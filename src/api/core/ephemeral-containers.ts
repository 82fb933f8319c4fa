import {
  checkEach,
  duplicateValue,
  type FieldError,
  forbiddenValue,
  valueNotFound,
} from '../../machinery/field-error.ts';
import type { EphemeralContainer } from '../types/core-v1.generated.ts';
import { type AroundContainers, checkAnyContainer, checkImages } from './containers.ts';

const notHere = 'cannot be set for an Ephemeral Container';
/** In the original's order; what is there without being asked for counts as absent. */
const refused = [
  'ports',
  'resources',
  'resizePolicy',
  'restartPolicy',
  'restartPolicyRules',
  'livenessProbe',
  'readinessProbe',
  'startupProbe',
  'lifecycle',
] as const satisfies readonly (keyof EphemeralContainer)[];

/** Adds to `errors` what is wrong with the containers that were put into a pod while it ran. `path`: of the list. */
export function checkEphemeralContainers(around: AroundContainers, path: string, errors: FieldError[]): void {
  const { ephemeralContainers, containers, initContainers } = around.spec;
  if (ephemeralContainers === undefined || ephemeralContainers.length === 0) return;
  const others = new Set([...(containers ?? []), ...(initContainers ?? [])].map(({ name = '' }) => name));
  const names = new Set(others);
  checkEach(ephemeralContainers, path, errors, (container, at, index) => {
    const { name = '', targetContainerName = '' } = container;
    checkAnyContainer(container, around, at, errors);
    const images: FieldError[] = [];
    checkImages([container], '', images);
    for (const error of images) errors.push({ ...error, field: `${path}[${index}].image` });
    if (names.has(name)) errors.push(duplicateValue(`${at}.name`, name));
    names.add(name);
    if (targetContainerName !== '' && !others.has(targetContainerName)) {
      errors.push(valueNotFound(`${at}.targetContainerName`, targetContainerName));
    }
    for (const field of refused) {
      if (isSet(container[field])) errors.push(forbiddenValue(`${at}.${field}`, notHere));
    }
    checkEach(container.volumeMounts, `${at}.volumeMounts`, errors, ({ subPath = '', subPathExpr = '' }, place) => {
      if (subPath !== '') errors.push(forbiddenValue(`${place}.subPath`, notHere));
      if (subPathExpr !== '') errors.push(forbiddenValue(`${place}.subPathExpr`, notHere));
    });
  });
}

const isSet = (value: string | object | undefined): boolean =>
  typeof value === 'object' ? Object.keys(value).length > 0 : value !== undefined;
