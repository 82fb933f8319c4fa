import { goQuote } from '../../machinery/go-quote.ts';
import { numberAt, objectsAt } from '../../machinery/json/json-path.ts';
import { type JsonObject, stringAt } from '../../machinery/json-value.ts';

/** A container and where it stands: `spec.containers[0]`. */
export interface PlacedContainer {
  readonly container: JsonObject;
  readonly path: string;
}

interface Port {
  readonly path: string;
  readonly name: string;
  readonly hostIp: string;
  readonly hostPort: number;
  readonly containerPort: number;
  readonly protocol: string;
}

/** Enough to see what is wrong: told for each pair, the answer would grow with the square of the ports. */
const maxWarnings = 64;

/** What should be heard of ports that say the same twice, contradict each other or hide each other's names. */
export function portWarnings(containers: readonly PlacedContainer[]): string[] {
  const ports = containers.flatMap(({ container, path }) =>
    objectsAt(container, 'ports').map((port, index) => portOf(port, `${path}.ports[${index}]`)),
  );
  const warnings: string[] = [];
  const byNumber = new Map<string, Port[]>();
  for (const port of ports) {
    if (port.hostIp !== '' && port.hostPort === 0)
      warnings.push(`${port.path}: hostIP set without hostPort: ${goStruct(port)}`);
    const number = `${port.containerPort}/${port.protocol}`;
    const others = byNumber.get(number) ?? [];
    for (const other of others) {
      if (warnings.length >= maxWarnings) return warnings;
      const what = conflict(port, other);
      if (what !== undefined) warnings.push(`${port.path}: ${what} port definition with ${other.path}`);
    }
    byNumber.set(number, [...others, port]);
  }
  const byName = new Map<string, string>();
  for (const { path, name } of ports) {
    const other = byName.get(name);
    if (name === '') continue;
    if (other === undefined) byName.set(name, path);
    else {
      const used = `services and probes that select ports by name will use ${other}`;
      warnings.push(`${path}: duplicate port name ${goQuote(name)} with ${other}, ${used}`);
    }
  }
  return warnings;
}

const portOf = (port: JsonObject, path: string): Port => ({
  path,
  name: stringAt(port, 'name'),
  hostIp: stringAt(port, 'hostIP'),
  hostPort: numberAt(port, 'hostPort'),
  containerPort: numberAt(port, 'containerPort'),
  protocol: stringAt(port, 'protocol'),
});

function conflict(port: Port, other: Port): string | undefined {
  if (port.hostIp === other.hostIp && port.hostPort === other.hostPort) return 'duplicate';
  if (port.hostPort === 0 || other.hostPort === 0) return 'overlapping';
  const oneIsAny = (port.hostIp === '') !== (other.hostIp === '');
  return port.hostPort === other.hostPort && oneIsAny ? 'dangerously ambiguous' : undefined;
}

/** The port as Go prints the struct. */
const goStruct = ({ name, hostPort, containerPort, protocol, hostIp }: Port): string =>
  `{Name:${name} HostPort:${hostPort} ContainerPort:${containerPort} Protocol:${protocol} HostIP:${hostIp}}`;
