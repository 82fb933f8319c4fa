import {
  CoreV1Api,
  type Informer,
  KubeConfig,
  type KubernetesObject,
  makeInformer,
  type ObjectCache,
  type V1ConfigMap,
} from '@kubernetes/client-node';

export type InformerVerb = 'add' | 'update' | 'delete';

/** No news for this long where some are owed: the test fails with what came instead. */
const patienceMs = 30_000;
/** How long a controller would wait before it starts its informer again. */
const restartDelayMs = 20;

/** The key and the version of an object, by which one is known from another. */
export const versionOf = ({ metadata }: KubernetesObject): string => `${metadata?.name}@${metadata?.resourceVersion}`;

/**
 * An informer on the configmaps of one namespace, as the documentation of @kubernetes/client-node has it: started
 * again when it fails. What it tells is kept, and checked as it comes.
 */
export class RecordedInformer {
  readonly api: CoreV1Api;
  /** `add name@version`, in order. */
  readonly told: string[] = [];
  /** Events that make no sense after those before: what was never added, what goes back in time. */
  readonly nonsense: string[] = [];
  /** Lists, the first included: a resume needs none. */
  lists = 0;
  /** Failures after which it was started again. */
  failures = 0;
  readonly #informer: Informer<V1ConfigMap> & ObjectCache<V1ConfigMap>;
  readonly #namespace: string;
  /** The highest version seen, by name; of those that are there, and of those that were. */
  readonly #versions = new Map<string, number>();
  readonly #there = new Set<string>();
  #waiting: (() => void)[] = [];
  #stopped = false;

  constructor(kubeconfig: string, namespace: string, labelSelector?: string) {
    const config = new KubeConfig();
    config.loadFromString(kubeconfig);
    this.api = config.makeApiClient(CoreV1Api);
    this.#namespace = namespace;
    const list = () => {
      this.lists += 1;
      return this.api.listNamespacedConfigMap({ namespace, ...(labelSelector === undefined ? {} : { labelSelector }) });
    };
    const path = `/api/v1/namespaces/${namespace}/configmaps`;
    this.#informer = makeInformer(config, path, list, labelSelector);
    for (const verb of ['add', 'update', 'delete'] as const)
      this.#informer.on(verb, (object: V1ConfigMap) => this.#take(verb, object));
    this.#informer.on('error', () => {
      this.failures += 1;
      this.#wake();
      setTimeout(() => void this.start(), restartDelayMs);
    });
  }

  async start(): Promise<void> {
    if (!this.#stopped) await this.#informer.start();
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#informer.stop();
  }

  /** What it holds now, sorted. */
  get state(): string[] {
    return this.#informer.list(this.#namespace).map(versionOf).sort();
  }

  /** Resolves once it holds just what the server has. */
  async becomesTheServers(): Promise<void> {
    const { items } = await this.api.listNamespacedConfigMap({ namespace: this.#namespace });
    const want = items.map(versionOf).sort().join();
    await this.until(() => this.state.join() === want, `the state ${want}`);
  }

  /** Resolves once `holds`; it is asked after each event and each failure. */
  async until(holds: () => boolean, what: string): Promise<void> {
    const patience = AbortSignal.timeout(patienceMs);
    const wake = () => this.#wake();
    patience.addEventListener('abort', wake);
    while (!holds() && !patience.aborted) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    patience.removeEventListener('abort', wake);
    if (!holds()) throw new Error(`waited for ${what}; got ${this.told.slice(-10).join()}; holds ${this.state.join()}`);
  }

  #take(verb: InformerVerb, object: V1ConfigMap): void {
    const { name = '', resourceVersion } = object.metadata ?? {};
    const version = Number(resourceVersion);
    const line = `${verb} ${versionOf(object)}`;
    // A relist tells of a deletion with the object as it was last seen; nothing else comes twice.
    const known = this.#versions.get(name) ?? 0;
    const newer = verb === 'delete' ? version >= known : version > known;
    if (this.#there.has(name) === (verb === 'add') || !newer) this.nonsense.push(`${line} after version ${known}`);
    if (verb === 'delete') this.#there.delete(name);
    else this.#there.add(name);
    this.#versions.set(name, Math.max(known, version));
    this.told.push(line);
    // Its cache is changed before some events and after others: look when it is done.
    queueMicrotask(() => this.#wake());
  }

  #wake(): void {
    for (const wake of this.#waiting.splice(0)) wake();
  }
}
