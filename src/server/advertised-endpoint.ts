import type { networkInterfaces } from 'node:os';
import { validateEndpointIp } from '../machinery/validation/ip.ts';

/**
 * Where others reach this host: `configured`, or the first address of its interfaces that is not of the host or the link
 * alone, one of IPv4 first. undefined: nobody does.
 */
export function advertisedAddress(
  configured: string,
  interfaces: ReturnType<typeof networkInterfaces>,
): string | undefined {
  if (configured !== '') return configured;
  const addresses = Object.values(interfaces)
    .flatMap((one) => one ?? [])
    .filter(({ internal, address }) => !internal && validateEndpointIp(address, '').length === 0);
  return (addresses.find(({ family }) => family === 'IPv4') ?? addresses[0])?.address;
}
