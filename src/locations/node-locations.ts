import { goQuote } from '../machinery/go-quote.ts';
import { badRequest } from '../machinery/status-errors.ts';
import type { Destination } from '../proxying/destination.ts';
import { dialErrorText } from '../proxying/dial-error.ts';
import type { Transport } from '../proxying/transport.ts';
import type { Kubelets } from './kubelets.ts';
import { portNumber, splitSchemeNamePort } from './scheme-name-port.ts';

export interface NodeLocationsParts {
  readonly kubelets: Kubelets;
  /** To what listens on a node beside its kubelet. */
  readonly transport: Transport;
  /** Whether a client may be led to an address: {@link isGlobalUnicast}, but for tests. */
  readonly isProxyable: (address: string) => boolean;
  /** The addresses of a name; an address is its own. Rejects with the system's error. */
  readonly lookup: (host: string) => Promise<readonly string[]>;
}

/**
 * A node, by `name`, `name:port` or `scheme:name:port`, as a destination without a path: its kubelet, unless another port is
 * asked for. It is connected to at the address that was looked at, so that a name that means something else a moment later
 * leads nowhere else.
 * @throws {ApiError} 400, 404, 500
 */
export async function nodeLocation(id: string, parts: NodeLocationsParts): Promise<Destination> {
  const asked = splitSchemeNamePort(id);
  const refused = badRequest(`invalid node request ${goQuote(id)}`);
  if (asked === undefined) throw refused;
  const kubelet = await parts.kubelets.of(asked.name, 'nodes');
  const port = asked.port === '' ? kubelet.port : portNumber(asked.port);
  if (port === undefined) throw refused;
  const { host } = kubelet;
  const address = await proxyableAddress(host, parts);
  const at = { host, address, path: '', query: '' };
  if (port === kubelet.port) {
    return { ...at, scheme: 'https', port: kubelet.port, transport: kubelet.transport };
  }
  return { ...at, scheme: asked.scheme === '' ? 'http' : asked.scheme, port, transport: parts.transport };
}

async function proxyableAddress(host: string, { lookup, isProxyable }: NodeLocationsParts): Promise<string> {
  let addresses: readonly string[];
  try {
    addresses = await lookup(host);
  } catch (error) {
    throw badRequest(dialErrorText(error, host).replace('dial tcp: ', ''));
  }
  const [first] = addresses;
  if (first === undefined) throw badRequest('no addresses for hostname');
  if (!addresses.every(isProxyable)) throw badRequest('address not allowed');
  return first;
}
