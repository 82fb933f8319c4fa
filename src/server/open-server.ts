import { networkInterfaces } from 'node:os';
import { type Clock, realClock } from '../base/clock.ts';
import type { Logger } from '../base/logger.ts';
import type { Port } from '../config/option-type.ts';
import type { Config } from '../config/options.ts';
import { RuntimeConfig } from '../config/runtime-config.ts';
import { isLoopback } from '../config/validation.ts';
import type { Endpoint } from '../controllers/kubernetes-service.ts';
import type { UserInfo } from '../machinery/request-context.ts';
import type { TransportTls } from '../proxying/transport.ts';
import type { Storage } from '../storage/storage.ts';
import { type AccessFiles, loadAccessFiles } from './access-files.ts';
import { advertisedAddress } from './advertised-endpoint.ts';
import { ApiServer } from './api-server.ts';
import { drain } from './drain.ts';
import { kubeconfigOf } from './kubeconfig.ts';
import { loadKubeletTls } from './kubelet-tls.ts';
import { Listener } from './listener.ts';
import { openStorage } from './open-storage.ts';
import { PrometheusMeter } from './prometheus-meter.ts';
import { Requests } from './requests.ts';
import { CertificateSource } from './tls/certificate-source.ts';
import type { ServingCertificate } from './tls/serving-certificate.ts';
import { loadTokenKeys, type TokenKeys } from './token-keys.ts';

export interface ServerParts {
  readonly logger: Logger;
  /** Measure this process too: for the one server that owns it. */
  readonly processMetrics: boolean;
  /** CustomResourceDefinitions that it is to have, once it is ready. */
  readonly definitions?: readonly object[];
  /**
   * The server cannot go on: its store died or went back in time, or what is in memory can no longer be trusted. It is in
   * the log, health checks fail, requests are refused and watches have been ended; what is left is to close the server.
   * Called at most once, perhaps before {@link openServer} resolves. Must not throw.
   */
  readonly failed: (error: Error) => void;
  /** Whether clients may be led to an address that a pod or a node names. Absent: as in kube-apiserver. */
  readonly isProxyable?: (address: string) => boolean;
}

export interface OpenServer {
  /** The https one, if both ports are on. */
  readonly url: string;
  readonly urls: readonly string[];
  /** For `url`: of somebody who may do everything. */
  readonly kubeconfig: string;
  /** PEM that the certificate of `url` is to be checked by; undefined for http. */
  readonly authority: string | undefined;
  /** Of whom `kubeconfig` is; undefined: nobody is asked who he is. */
  readonly token: string | undefined;
  /** The same of somebody else, good for as long as the server runs. Where nobody is asked who he is, he is as everybody. */
  kubeconfigFor(user: UserInfo): string;
  /** Resolves when `/readyz` is well for the first time; rejects when it never will be, with the error that `failed` gets if that is why. */
  readonly ready: Promise<void>;
  /** Drains and releases everything. Idempotent. */
  close(): Promise<void>;
}

/**
 * Opens the store and the ports and begins to fill the caches; what needs these is refused until `ready`.
 * @throws {StorageError} when the store cannot be opened
 * @throws {Error} when a port cannot be had or a certificate cannot be used
 */
export async function openServer(config: Config, parts: ServerParts): Promise<OpenServer> {
  const { logger } = parts;
  const { problems } = new RuntimeConfig(config.runtimeConfig);
  if (problems.length > 0) throw new Error(`--runtime-config: ${problems.join(', ')}`);
  const clock = realClock;
  const meter = new PrometheusMeter(clock, parts.processMetrics);
  const certificates = new CertificateSource(config, clock, logger);
  // Side by side: one waits for a thread or the network, the other for keys.
  const [storage, files] = await Promise.allSettled([
    openStorage(config, { clock, logger, meter, random: Math.random }),
    Promise.all([
      config.securePort === 0 ? undefined : certificates.load(),
      loadTokenKeys(config),
      loadAccessFiles(config),
      loadKubeletTls(config),
    ]),
  ]);
  if (storage.status === 'rejected') throw storage.reason;
  if (files.status === 'rejected') {
    await storage.value.close();
    throw files.reason;
  }
  const [certificate, tokenKeys, accessFiles, kubeletTls] = files.value;
  const server = new Server({
    ...parts,
    config,
    clock,
    meter,
    storage: storage.value,
    kubeletTls,
    tokenKeys,
    accessFiles,
  });
  try {
    await server.listen(certificate, certificates);
  } catch (error) {
    await server.close();
    throw error;
  }
  return server;
}

interface AllParts extends ServerParts {
  readonly config: Config;
  readonly clock: Clock;
  readonly meter: PrometheusMeter;
  readonly storage: Storage;
  readonly tokenKeys: TokenKeys | undefined;
  readonly kubeletTls: TransportTls;
  readonly accessFiles: AccessFiles | undefined;
}

/** The API with its ports, and its life cycle. */
class Server implements OpenServer {
  readonly #parts: AllParts;
  readonly #draining = new AbortController();
  readonly #shutdown = new AbortController();
  readonly #api: ApiServer;
  readonly #requests: Requests;
  readonly #listeners: Listener[] = [];
  /** Tells the API where it is reached; undefined: nowhere. */
  #reachedAt: (endpoint: Endpoint | undefined) => void = () => undefined;
  #authority: string | undefined;
  #stopFollowing = (): void => {};
  #closed: Promise<void> | undefined;

  constructor(parts: AllParts) {
    this.#parts = parts;
    const endpoint = new Promise<Endpoint | undefined>((resolve) => {
      this.#reachedAt = resolve;
    });
    this.#api = new ApiServer({ ...parts, endpoint, draining: this.#draining.signal, shutdown: this.#shutdown.signal });
    // Whoever is interested hears of it; a server that is closed early is no accident.
    this.#api.ready.catch(() => undefined);
    this.#requests = new Requests(this.#api.fetch, parts.logger, clientAuthoritiesOf(parts.accessFiles) !== '');
  }

  get ready(): Promise<void> {
    return this.#api.ready;
  }

  get urls(): readonly string[] {
    return this.#listeners.map(({ url }) => url);
  }

  get url(): string {
    return this.urls[0] ?? '';
  }

  get authority(): string | undefined {
    return this.#authority;
  }

  get kubeconfig(): string {
    return this.#kubeconfig(this.token);
  }

  get token(): string | undefined {
    return this.#parts.accessFiles?.adminToken;
  }

  kubeconfigFor(user: UserInfo): string {
    return this.#kubeconfig(this.#parts.accessFiles && this.#api.access.tokenFor(user));
  }

  #kubeconfig(token: string | undefined): string {
    return kubeconfigOf({ url: this.url, authority: this.#authority, token: token ?? 'anonymous' });
  }

  /** Opens the ports, the secure one first. */
  async listen(certificate: ServingCertificate | undefined, certificates: CertificateSource): Promise<void> {
    const { config } = this.#parts;
    if (certificate !== undefined) {
      const secure = await this.#open(config.securePort, certificate);
      this.#authority = certificate.authority;
      this.#stopFollowing = certificates.follow(certificate, (next) => secure.useCertificate(next));
    }
    if (config.insecurePort !== 0) await this.#open(config.insecurePort, undefined);
    const address = advertisedAddress(config.advertiseAddress, networkInterfaces());
    const port = Number(new URL(this.url).port);
    this.#reachedAt(address === undefined ? undefined : { address, port });
  }

  close(): Promise<void> {
    return (this.#closed ??= this.#close());
  }

  async #open(port: Port, certificate: ServingCertificate | undefined): Promise<Listener> {
    const { config, logger, accessFiles } = this.#parts;
    const listener = await Listener.open({
      // Credentials do not leave this machine in the clear.
      address: certificate === undefined && !isLoopback(config.bindAddress) ? '127.0.0.1' : config.bindAddress,
      port,
      certificate,
      clientAuthorities: clientAuthoritiesOf(accessFiles),
      maxHeaderBytes: config.maxHeaderBytes,
      requestTimeoutMs: config.requestTimeout,
      maxStreamsPerConnection: config.http2MaxStreamsPerConnection,
      sink: this.#requests,
      logger,
    });
    this.#listeners.push(listener);
    return listener;
  }

  /** Not ready any more → the delay, in which load balancers notice → nothing new → what is under way → the store. */
  async #close(): Promise<void> {
    const { config, clock, storage } = this.#parts;
    this.#draining.abort();
    if (config.shutdownDelayDuration > 0) {
      await new Promise<void>((resolve) => clock.after(config.shutdownDelayDuration, resolve));
    }
    this.#shutdown.abort();
    this.#stopFollowing();
    this.#reachedAt(undefined);
    await drain({
      listeners: this.#listeners,
      requests: this.#requests,
      endWatches: () => this.#api.endWatches(),
      clock,
      graceMs: config.shutdownGracePeriod,
    });
    this.#api.stop();
    await storage.close();
  }
}

/** Of users and of proxies alike: which one a certificate is of is looked at for each request. */
const clientAuthoritiesOf = (files: AccessFiles | undefined): string =>
  [files?.clients, files?.proxies].map((authorities) => authorities?.pem ?? '').join('');
