import {
  checkEach,
  duplicateValue,
  type FieldError,
  forbiddenValue,
  invalidValue,
} from '../../machinery/field-error.ts';
import type { Container } from '../types/core-v1.generated.ts';
import { checkHostPortConflicts } from './container-ports.ts';
import { type AroundContainers, checkAnyContainer } from './containers.ts';
import { checkLifecycle, checkProbes } from './probes.ts';
import { checkContainerRestart } from './restart-policies.ts';

/** One that goes on beside the others: a sidecar. */
export const isSidecar = ({ restartPolicy }: Container): boolean => restartPolicy === 'Always';

const ofRunning = ['lifecycle', 'livenessProbe', 'readinessProbe', 'startupProbe'] as const;

/** Adds to `errors` what is wrong with the containers that run before the others. `path`: of the list. */
export function checkInitContainers(around: AroundContainers, path: string, errors: FieldError[]): void {
  const { initContainers, containers, terminationGracePeriodSeconds: gracePeriod } = around.spec;
  if (initContainers === undefined) return;
  const names = new Set((containers ?? []).map(({ name = '' }) => name));
  checkEach(initContainers, path, errors, (container, at) => {
    const { name = '', lifecycle } = container;
    checkAnyContainer(container, around, at, errors);
    if (container.restartPolicy !== undefined || (container.restartPolicyRules ?? []).length > 0) {
      checkContainerRestart(container, at, errors);
    }
    if (names.has(name)) errors.push(duplicateValue(`${at}.name`, name));
    else if (name !== '') names.add(name);
    checkHostPortConflicts([container], path, errors);
    if (isSidecar(container)) {
      if (lifecycle !== undefined) checkLifecycle(lifecycle, gracePeriod, `${at}.lifecycle`, errors);
      checkProbes(container, gracePeriod, at, errors);
      return;
    }
    for (const field of ofRunning) {
      if (container[field] === undefined) continue;
      const why = 'may not be set for init containers without restartPolicy=Always';
      errors.push(forbiddenValue(`${at}.${field}`, why));
    }
    checkEach(container.resizePolicy, `${at}.resizePolicy`, errors, ({ restartPolicy = '' }, place) => {
      if (restartPolicy !== 'RestartContainer') return;
      const why = "must not be set to 'RestartContainer' for non-sidecar initContainers";
      errors.push(invalidValue(`${place}.restartPolicy`, restartPolicy, why));
    });
  });
}
