import type { Endpoint, EndpointPort, EndpointSlice } from '../api/types/discovery-v1.generated.ts';
import { ApiError } from '../machinery/api-error.ts';
import { goQuote } from '../machinery/go-quote.ts';
import { badRequest, serviceUnavailable } from '../machinery/status-errors.ts';
import type { Destination } from '../proxying/destination.ts';
import type { Transport } from '../proxying/transport.ts';
import type { LocatedObjects } from './located-objects.ts';
import { splitSchemeNamePort } from './scheme-name-port.ts';

export interface ServiceLocationsParts {
  readonly objects: LocatedObjects;
  /** To what stands behind services. */
  readonly transport: Transport;
  /** The family of addresses that is preferred: that of the cluster's first range. */
  readonly family: 'IPv4' | 'IPv6';
  /** From 0 up to, not including, 1. */
  readonly random: () => number;
}

/**
 * One of what stands behind a service, by `name`, `name:port` or `scheme:name:port`, as a destination without a path: any
 * endpoint that is ready and is a pod of the same namespace with that address. What is no pod is not led to, whoever may write
 * endpoints.
 * @throws {ApiError} 400, 404, 503
 */
export async function serviceLocation(
  namespace: string,
  id: string,
  parts: ServiceLocationsParts,
): Promise<Destination> {
  const asked = splitSchemeNamePort(id);
  if (asked === undefined) throw badRequest(`invalid service request ${goQuote(id)}`);
  const { scheme, name } = asked;
  const port = await portName(namespace, asked, parts.objects);
  const slices = inOrder(await parts.objects.endpointSlices(namespace, name), parts);
  for (const slice of slices) {
    for (const found of slice.ports ?? []) {
      if ((found.name ?? '') !== port || found.port === undefined) continue;
      const host = await readyAddress(slice, namespace, parts);
      if (host === undefined) continue;
      return {
        scheme: scheme === '' ? 'http' : scheme,
        host,
        port: found.port satisfies EndpointPort['port'],
        path: '',
        query: '',
        transport: parts.transport,
      };
    }
  }
  throw serviceUnavailable(`no endpoints available for service ${goQuote(name)}`);
}

/** Endpoints know ports by the names that the service gives them. */
async function portName(
  namespace: string,
  { name, port }: { readonly name: string; readonly port: string },
  objects: LocatedObjects,
): Promise<string> {
  if (!/^[+-]?\d+$/.test(port)) return port;
  const { spec } = await objects.service(namespace, name);
  const found = spec?.ports?.find((one) => one.port === Number(port));
  if (found === undefined)
    throw serviceUnavailable(`no service port ${Number(port)} found for service ${goQuote(name)}`);
  return found.name ?? '';
}

/** Those of the preferred family first, and else as chance has it. */
function inOrder(slices: readonly EndpointSlice[], { family, random }: ServiceLocationsParts): EndpointSlice[] {
  return slices
    .map((slice) => ({ slice, place: random() + (slice.addressType === family ? 0 : 1) }))
    .sort((a, b) => a.place - b.place)
    .map(({ slice }) => slice);
}

async function readyAddress(
  slice: EndpointSlice,
  namespace: string,
  { objects, random }: ServiceLocationsParts,
): Promise<string | undefined> {
  const endpoints = slice.endpoints ?? [];
  const offset = Math.floor(random() * endpoints.length);
  for (let index = 0; index < endpoints.length; index++) {
    const endpoint = endpoints[(index + offset) % endpoints.length];
    if (endpoint === undefined || endpoint.conditions?.ready === false) continue;
    if (await isPod(endpoint, namespace, objects)) return endpoint.addresses?.[0];
  }
  return undefined;
}

async function isPod({ targetRef, addresses }: Endpoint, namespace: string, objects: LocatedObjects): Promise<boolean> {
  const address = addresses?.[0];
  if (targetRef?.name === undefined || targetRef.namespace !== namespace || address === undefined) return false;
  try {
    const pod = await objects.pod(namespace, targetRef.name);
    return pod.status?.podIPs?.some(({ ip }) => ip === address) ?? false;
  } catch (error) {
    if (error instanceof ApiError) return false;
    throw error;
  }
}
