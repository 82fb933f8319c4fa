import {
  addInvalid,
  checkEach,
  duplicateValue,
  type FieldError,
  requiredValue,
  unsupportedValue,
} from '../../machinery/field-error.ts';
import { portName, portNumber } from '../../machinery/validation/ports.ts';
import type { Container, ContainerPort } from '../types/core-v1.generated.ts';
import { portProtocols } from './port-protocols.ts';

/** Adds to `errors` what is wrong with the ports of one container. */
export function checkContainerPorts(
  ports: readonly ContainerPort[] | undefined,
  path: string,
  errors: FieldError[],
): void {
  if (ports === undefined) return;
  const names = new Set<string>();
  checkEach(ports, path, errors, ({ name = '', containerPort = 0, hostPort = 0, protocol = '' }, at) => {
    if (name !== '') {
      const wrong = portName(name);
      addInvalid(errors, `${at}.name`, name, wrong);
      if (wrong.length === 0) {
        if (names.has(name)) errors.push(duplicateValue(`${at}.name`, name));
        names.add(name);
      }
    }
    if (containerPort === 0) errors.push(requiredValue(`${at}.containerPort`));
    else addInvalid(errors, `${at}.containerPort`, containerPort, portNumber(containerPort));
    if (hostPort !== 0) addInvalid(errors, `${at}.hostPort`, hostPort, portNumber(hostPort));
    if (protocol === '') errors.push(requiredValue(`${at}.protocol`));
    else if (!portProtocols.includes(protocol))
      errors.push(unsupportedValue(`${at}.protocol`, protocol, portProtocols));
  });
}

/** Two containers cannot have the same port of the host. */
export function checkHostPortConflicts(containers: readonly Container[], path: string, errors: FieldError[]): void {
  const taken = new Set<string>();
  checkEach(containers, path, errors, ({ ports }, container) =>
    checkEach(ports, `${container}.ports`, errors, ({ hostPort = 0, hostIP = '', protocol = '' }, at) => {
      if (hostPort === 0) return;
      const port = `${protocol}/${hostIP}/${hostPort}`;
      if (taken.has(port)) errors.push(duplicateValue(`${at}.hostPort`, port));
      taken.add(port);
    }),
  );
}
