import {
  addInvalid,
  type FieldError,
  forbiddenValue,
  invalidValue,
  requiredValue,
  unsupportedValue,
} from '../../machinery/field-error.ts';
import { portName, portNumber } from '../../machinery/validation/ports.ts';
import { notMatching } from '../../machinery/validation/texts.ts';
import type { Container, HTTPGetAction, Lifecycle, LifecycleHandler, Probe } from '../types/core-v1.generated.ts';

/** A pod's terminationGracePeriodSeconds. */
type GracePeriod = number | bigint | undefined;

/** Adds to `errors` what is wrong with a container's probes. */
export function checkProbes(container: Container, gracePeriod: GracePeriod, path: string, errors: FieldError[]): void {
  const { livenessProbe, readinessProbe, startupProbe } = container;
  if (livenessProbe !== undefined) {
    checkProbe(livenessProbe, gracePeriod, `${path}.livenessProbe`, errors);
    checkOneSuccess(livenessProbe, `${path}.livenessProbe`, errors);
  }
  if (readinessProbe !== undefined) {
    checkProbe(readinessProbe, gracePeriod, `${path}.readinessProbe`, errors);
    const seconds = readinessProbe.terminationGracePeriodSeconds;
    if (seconds !== undefined) {
      const field = `${path}.readinessProbe.terminationGracePeriodSeconds`;
      errors.push(invalidValue(field, seconds, 'must not be set for readinessProbes'));
    }
  }
  if (startupProbe !== undefined) {
    checkProbe(startupProbe, gracePeriod, `${path}.startupProbe`, errors);
    checkOneSuccess(startupProbe, `${path}.startupProbe`, errors);
  }
}

function checkOneSuccess({ successThreshold = 0 }: Probe, path: string, errors: FieldError[]): void {
  if (successThreshold !== 1) errors.push(invalidValue(`${path}.successThreshold`, successThreshold, 'must be 1'));
}

const counts = [
  'initialDelaySeconds',
  'timeoutSeconds',
  'periodSeconds',
  'successThreshold',
  'failureThreshold',
] as const;

function checkProbe(probe: Probe, gracePeriod: GracePeriod, path: string, errors: FieldError[]): void {
  checkHandler(probe, gracePeriod, path, errors);
  for (const count of counts) {
    const value = probe[count] ?? 0;
    if (value < 0) errors.push(invalidValue(`${path}.${count}`, value, 'must be greater than or equal to 0'));
  }
  const seconds = probe.terminationGracePeriodSeconds;
  if (seconds !== undefined && seconds <= 0) {
    errors.push(invalidValue(`${path}.terminationGracePeriodSeconds`, seconds, 'must be greater than 0'));
  }
}

/** Adds to `errors` what is wrong with what is done when a container starts and ends. */
export function checkLifecycle(
  { postStart, preStop }: Lifecycle,
  gracePeriod: GracePeriod,
  path: string,
  errors: FieldError[],
): void {
  if (postStart !== undefined) checkHandler(postStart, gracePeriod, `${path}.postStart`, errors);
  if (preStop !== undefined) checkHandler(preStop, gracePeriod, `${path}.preStop`, errors);
}

function checkHandler(
  handler: Probe & LifecycleHandler,
  gracePeriod: GracePeriod,
  path: string,
  errors: FieldError[],
): void {
  const { exec, httpGet, tcpSocket, grpc, sleep } = handler;
  let handlers = 0;
  /** Only the first one is looked into. */
  const isFirst = (field: string): boolean => {
    handlers += 1;
    if (handlers > 1) errors.push(forbiddenValue(`${path}.${field}`, 'may not specify more than 1 handler type'));
    return handlers === 1;
  };
  if (exec !== undefined && isFirst('exec') && (exec.command ?? []).length === 0) {
    errors.push(requiredValue(`${path}.exec.command`));
  }
  if (httpGet !== undefined && isFirst('httpGet')) checkHttpGet(httpGet, `${path}.httpGet`, errors);
  if (tcpSocket !== undefined && isFirst('tcpSocket')) {
    checkPort(tcpSocket.port ?? 0, `${path}.tcpSocket.port`, errors);
  }
  if (grpc !== undefined && isFirst('grpc')) checkPort(grpc.port ?? 0, `${path}.grpc.port`, errors);
  if (sleep !== undefined && isFirst('sleep') && gracePeriod !== undefined) {
    const seconds = sleep.seconds ?? 0;
    if (seconds < 0 || seconds > gracePeriod) {
      const why = `must be non-negative and less than terminationGracePeriodSeconds (${gracePeriod})`;
      errors.push(invalidValue(`${path}.sleep`, seconds, why));
    }
  }
  if (handlers === 0) errors.push(requiredValue(path, 'must specify a handler type'));
}

const notHeader = notMatching(
  "a valid HTTP header must consist of alphanumeric characters or '-'",
  '[-A-Za-z0-9]+',
  'X-Header-Name',
);
const schemes = ['HTTP', 'HTTPS'];

function checkHttpGet(action: HTTPGetAction, path: string, errors: FieldError[]): void {
  if ((action.path ?? '') === '') errors.push(requiredValue(`${path}.path`));
  checkPort(action.port ?? 0, `${path}.port`, errors);
  const scheme = action.scheme ?? '';
  if (!schemes.includes(scheme)) errors.push(unsupportedValue(`${path}.scheme`, scheme, schemes));
  for (const { name = '' } of action.httpHeaders ?? []) {
    if (!/^[-A-Za-z0-9]+$/.test(name)) errors.push(invalidValue(`${path}.httpHeaders`, name, notHeader));
  }
}

function checkPort(port: number | string, path: string, errors: FieldError[]): void {
  addInvalid(errors, path, port, typeof port === 'number' ? portNumber(port) : portName(port));
}
