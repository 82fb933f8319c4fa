import { networkInterfaces } from 'node:os';
import { silentLogger } from '../../src/base/logger.ts';
import { configFromValues } from '../../src/config/config.ts';
import { type OpenServer, openServer } from '../../src/server/open-server.ts';
import type { StartServerOptions } from '../../src/server/start-server.ts';
import { Api } from './api.ts';
import { done } from './http-objects.ts';
import { quietControllers } from './server.ts';
import { TestKubelet } from './test-kubelet.ts';

export interface PodTraits {
  /** One is called `main` unless these say others. */
  readonly containers?: readonly string[];
  readonly initContainers?: readonly string[];
  /** '': none. Absent: the node whose kubelet the bed has. */
  readonly node?: string;
  readonly ip?: string;
  readonly port?: number;
}

export const podsPath = '/api/v1/namespaces/default/pods';

/** A server in this process with one node, `worker`, whose kubelet belongs to the test. Clients may be led to loopback. */
export class KubeletBed {
  readonly kubelet: TestKubelet;
  readonly server: OpenServer;
  readonly api: Api;

  private constructor(kubelet: TestKubelet, server: OpenServer) {
    this.kubelet = kubelet;
    this.server = server;
    this.api = new Api(server.urls.find((url) => url.startsWith('http:')) ?? '');
  }

  static async open({
    overrides = {},
    isProxyable = () => true,
    kubelet: given,
  }: {
    readonly overrides?: StartServerOptions;
    /** 'original': as in kube-apiserver, so that loopback is refused. */
    readonly isProxyable?: (() => boolean) | 'original';
    readonly kubelet?: TestKubelet;
  } = {}): Promise<KubeletBed> {
    const kubelet = given ?? (await TestKubelet.open());
    const config = configFromValues({
      memory: true,
      insecurePort: 'any',
      securePort: 'any',
      controllers: quietControllers,
      shutdownGracePeriod: 5_000,
      ...overrides,
    });
    const server = await openServer(config, {
      logger: silentLogger,
      processMetrics: false,
      failed: () => undefined,
      ...(isProxyable === 'original' ? {} : { isProxyable }),
    });
    await server.ready;
    const bed = new KubeletBed(kubelet, server);
    await bed.addNode('worker', [{ type: 'InternalIP', address: '127.0.0.1' }], kubelet.port);
    return bed;
  }

  async addNode(
    name: string,
    addresses: readonly object[],
    port = 0,
    declaredFeatures?: readonly string[],
  ): Promise<void> {
    const node = done(await this.api.post('/api/v1/nodes', { metadata: { name } }));
    const status = {
      addresses,
      daemonEndpoints: { kubeletEndpoint: { Port: port } },
      ...(declaredFeatures === undefined ? {} : { declaredFeatures }),
    };
    done(await this.api.put(`/api/v1/nodes/${name}/status`, { ...node, status }));
  }

  async addPod(name: string, traits: PodTraits = {}): Promise<void> {
    const { containers = ['main'], initContainers = [], node = 'worker', ip, port } = traits;
    const named = (container: string) => ({
      name: container,
      image: 'image',
      ...(port === undefined ? {} : { ports: [{ containerPort: port }] }),
    });
    const pod = done(
      await this.api.post(podsPath, {
        metadata: { name, namespace: 'default' },
        spec: {
          containers: containers.map(named),
          initContainers: initContainers.map((container) => ({ name: container, image: 'image' })),
          ...(node === '' ? {} : { nodeName: node }),
        },
      }),
    );
    const status = { ...pod.status, phase: 'Running', ...(ip === undefined ? {} : { podIP: ip, podIPs: [{ ip }] }) };
    done(await this.api.put(`${podsPath}/${name}/status`, { ...pod, status }));
  }

  async close(): Promise<void> {
    await this.server.close();
    await this.kubelet.close();
  }
}

/** A port of loopback at which nobody listens. */
export const closedPort = 1;

/** An address of this machine that is not loopback's; undefined: it has none. */
export const outerAddress = (): string | undefined =>
  Object.values(networkInterfaces())
    .flat()
    .find((found) => found !== undefined && !found.internal && found.family === 'IPv4')?.address;
