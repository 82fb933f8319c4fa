import type { Node, NodeAddress } from '../api/types/core-v1.generated.ts';
import { notFound, unknownError } from '../machinery/status-errors.ts';
import type { Transport } from '../proxying/transport.ts';
import type { LocatedObjects } from './located-objects.ts';

/** How the kubelet of a node is reached. */
export interface Kubelet {
  /** A name or an address. */
  readonly host: string;
  readonly port: number;
  readonly transport: Transport;
  /** What the node says it can do, of what not all can. */
  readonly features: readonly string[];
}

export interface KubeletOptions {
  /** `InternalIP`, `Hostname` …: the first that a node has is taken. */
  readonly addressTypes: readonly string[];
  /** Where a node names no port. */
  readonly defaultPort: number;
  readonly transport: Transport;
  /** Without a look at the kubelet's certificate: for clients that ask for that. */
  readonly uncheckedTransport: Transport;
}

/** Finds the kubelets of nodes. */
export class Kubelets {
  readonly #nodes: Pick<LocatedObjects, 'node'>;
  readonly #options: KubeletOptions;

  constructor(nodes: Pick<LocatedObjects, 'node'>, options: KubeletOptions) {
    this.#nodes = nodes;
    this.#options = options;
  }

  /**
   * `resource`: what was asked for, which is what the original says is not found when the node is not.
   * @throws {ApiError} 404, or 500 when the node has no address that could be used
   */
  async of(nodeName: string, resource: 'nodes' | 'pods', checked = true): Promise<Kubelet> {
    const node = await this.#nodes.node(nodeName);
    if (node === undefined) throw notFound({ group: '', resource }, nodeName);
    const { transport, uncheckedTransport } = this.#options;
    return {
      host: this.#addressOf(node),
      port: portOf(node) || this.#options.defaultPort,
      transport: checked ? transport : uncheckedTransport,
      features: node.status?.declaredFeatures ?? [],
    };
  }

  #addressOf({ status }: Node): string {
    const addresses = status?.addresses ?? [];
    for (const type of this.#options.addressTypes) {
      const found = addresses.find((address) => address.type === type);
      if (found !== undefined) return found.address ?? '';
    }
    throw unknownError(`no preferred addresses found; known addresses: [${addresses.map(addressText).join(' ')}]`);
  }
}

const portOf = ({ status }: Node): number => Math.max(status?.daemonEndpoints?.kubeletEndpoint?.Port ?? 0, 0);

const addressText = ({ type = '', address = '' }: NodeAddress): string => `{${type} ${address}}`;
