import type { Pod } from '../api/types/core-v1.generated.ts';
import { goQuote } from '../machinery/go-quote.ts';
import { badRequest } from '../machinery/status-errors.ts';
import type { Destination } from '../proxying/destination.ts';
import { escapedPath } from '../proxying/escaped-path.ts';
import type { Transport } from '../proxying/transport.ts';
import { execQuery, logQuery, portForwardQuery } from './kubelet-query.ts';
import type { Kubelet, Kubelets } from './kubelets.ts';
import type { LocatedObjects } from './located-objects.ts';
import { containerOf } from './pod-containers.ts';
import { portNumber, splitSchemeNamePort } from './scheme-name-port.ts';
import type { ExecOptions, LogOptions, PortForwardOptions } from './stream-options.ts';

export interface PodScope {
  readonly namespace: string;
  readonly name: string;
}

/** A kubelet as the destination of a stream. */
export interface StreamLocation {
  readonly destination: Destination;
  readonly features: readonly string[];
}

export interface PodLocationsParts {
  readonly objects: Pick<LocatedObjects, 'pod'>;
  readonly kubelets: Kubelets;
  /** To pods themselves. */
  readonly transport: Transport;
  /** Whether a client may be led to an address: {@link isGlobalUnicast}, but for tests. */
  readonly isProxyable: (address: string) => boolean;
}

/** Where what is asked of a pod is answered. All reject with an ApiError when that is nowhere. */
export class PodLocations {
  readonly #parts: PodLocationsParts;

  constructor(parts: PodLocationsParts) {
    this.#parts = parts;
  }

  /** undefined: the pod is on no node yet, and has said nothing. */
  async log(scope: PodScope, options: LogOptions): Promise<Destination | undefined> {
    const pod = await this.#pod(scope);
    const container = containerOf(pod, options.container);
    const node = pod.spec?.nodeName ?? '';
    if (node === '') return undefined;
    const kubelet = await this.#parts.kubelets.of(node, 'pods', !options.insecureSkipTLSVerifyBackend);
    return atKubelet(kubelet, ['containerLogs', scope.namespace, scope.name, container], logQuery(options));
  }

  async exec(scope: PodScope, options: ExecOptions, what: 'exec' | 'attach'): Promise<StreamLocation> {
    const pod = await this.#pod(scope);
    const container = containerOf(pod, options.container);
    const kubelet = await this.#kubeletOf(pod, scope);
    const segments = [what, scope.namespace, scope.name, container];
    return { destination: atKubelet(kubelet, segments, execQuery(options)), features: kubelet.features };
  }

  async portForward(scope: PodScope, options: PortForwardOptions): Promise<StreamLocation> {
    const kubelet = await this.#kubeletOf(await this.#pod(scope), scope);
    const segments = ['portForward', scope.namespace, scope.name];
    return { destination: atKubelet(kubelet, segments, portForwardQuery(options)), features: kubelet.features };
  }

  /** Of the pod itself, by `name`, `name:port` or `scheme:name:port`. Without a path. */
  async proxy(namespace: string, id: string): Promise<Destination> {
    const asked = splitSchemeNamePort(id);
    const refused = badRequest(`invalid pod request ${goQuote(id)}`);
    if (asked === undefined) throw refused;
    const pod = await this.#pod({ namespace, name: asked.name });
    const port = asked.port === '' ? firstPortOf(pod) : portNumber(asked.port);
    if (port === undefined && asked.port !== '') throw refused;
    const host = pod.status?.podIP || pod.status?.podIPs?.[0]?.ip || '';
    if (!this.#parts.isProxyable(host)) throw badRequest('address not allowed');
    return {
      scheme: asked.scheme === '' ? 'http' : asked.scheme,
      host,
      port,
      path: '',
      query: '',
      transport: this.#parts.transport,
    };
  }

  #pod({ namespace, name }: PodScope): Promise<Pod> {
    return this.#parts.objects.pod(namespace, name);
  }

  #kubeletOf(pod: Pod, { name }: PodScope): Promise<Kubelet> {
    const node = pod.spec?.nodeName ?? '';
    if (node === '') throw badRequest(`pod ${name} does not have a host assigned`);
    return this.#parts.kubelets.of(node, 'pods');
  }
}

/** Of the first container that has one. */
const firstPortOf = ({ spec }: Pod): number | undefined =>
  spec?.containers?.find(({ ports }) => (ports?.length ?? 0) > 0)?.ports?.[0]?.containerPort;

const atKubelet = ({ host, port, transport }: Kubelet, segments: readonly string[], query: string): Destination => ({
  scheme: 'https',
  host,
  port,
  path: segments.map((segment) => `/${escapedPath(segment)}`).join(''),
  query,
  transport,
});
