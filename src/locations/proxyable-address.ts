import { parseIp } from '../machinery/ip-address.ts';

/**
 * Whether a client may be led to an address that an object names: one of this host, of this link or of many hosts is reached
 * from where the server is and not from where the client is. Go's net.IP.IsGlobalUnicast, as kube-apiserver asks it.
 */
export function isGlobalUnicast(address: string): boolean {
  const ip = parseIp(address);
  if (ip === undefined) return false;
  const { family, bytes } = ip;
  const [first = 0, second = 0] = bytes;
  if (bytes.every((byte) => byte === 0)) return false;
  if (family === 4) {
    const linkLocal = first === 169 && second === 254;
    return first !== 127 && !linkLocal && (first & 0xf0) !== 0xe0 && !bytes.every((byte) => byte === 255);
  }
  const loopback = bytes.at(-1) === 1 && bytes.slice(0, 15).every((byte) => byte === 0);
  return !loopback && first !== 0xff && !(first === 0xfe && (second & 0xc0) === 0x80);
}
