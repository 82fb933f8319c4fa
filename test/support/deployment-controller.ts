import {
  ApiException,
  AppsV1Api,
  type Informer,
  KubeConfig,
  type KubernetesObject,
  makeInformer,
  PatchStrategy,
  setHeaderOptions,
  type V1Deployment,
  type V1ReplicaSet,
} from '@kubernetes/client-node';

export const finalizer = 'example.com/deployer';

const codeOf = (error: unknown): number => (error instanceof ApiException ? error.code : 0);

/**
 * A controller as people write them with @kubernetes/client-node: brings about a ReplicaSet for each Deployment of a
 * namespace by server-side apply, says in the status of the Deployment how it stands, and lets it go only after the
 * ReplicaSet, by a finalizer. A conflict is tried again with what is there then.
 */
export class DeploymentController {
  /** What went wrong beside conflicts. */
  readonly failures: unknown[] = [];
  readonly #apps: AppsV1Api;
  readonly #namespace: string;
  readonly #fieldManager: string;
  readonly #informers: readonly Informer<KubernetesObject>[];
  readonly #queue = new Set<string>();
  #working: Promise<void> = Promise.resolve();
  #idle = true;
  #stopped = false;

  constructor(kubeconfig: string, namespace: string, fieldManager: string) {
    const config = new KubeConfig();
    config.loadFromString(kubeconfig);
    this.#apps = config.makeApiClient(AppsV1Api);
    this.#namespace = namespace;
    this.#fieldManager = fieldManager;
    const path = `/apis/apps/v1/namespaces/${namespace}`;
    const deployments = makeInformer(config, `${path}/deployments`, () =>
      this.#apps.listNamespacedDeployment({ namespace }),
    );
    const replicaSets = makeInformer(config, `${path}/replicasets`, () =>
      this.#apps.listNamespacedReplicaSet({ namespace }),
    );
    this.#informers = [deployments, replicaSets];
    for (const informer of this.#informers) {
      for (const verb of ['add', 'update', 'delete'] as const) {
        informer.on(verb, ({ metadata }) => this.#add(metadata?.ownerReferences?.[0]?.name ?? metadata?.name ?? ''));
      }
      informer.on('error', (error) => {
        if (!this.#stopped) this.failures.push(error);
      });
    }
  }

  async start(): Promise<void> {
    for (const informer of this.#informers) await informer.start();
  }

  /** Resolves once it does nothing any more. */
  async stop(): Promise<void> {
    this.#stopped = true;
    for (const informer of this.#informers) await informer.stop();
    await this.#working;
  }

  #add(name: string): void {
    this.#queue.add(name);
    if (!this.#idle) return;
    this.#idle = false;
    this.#working = this.#work();
  }

  async #work(): Promise<void> {
    for (const name of this.#queue) {
      if (this.#stopped) break;
      this.#queue.delete(name);
      try {
        await this.#reconcile(name);
      } catch (error) {
        if (codeOf(error) === 409) this.#queue.add(name);
        else if (codeOf(error) !== 404) this.failures.push(error);
      }
    }
    this.#idle = true;
  }

  async #reconcile(name: string): Promise<void> {
    const namespace = this.#namespace;
    const deployment = await this.#apps.readNamespacedDeployment({ name, namespace });
    const { metadata = {} } = deployment;
    const finalizers = metadata.finalizers ?? [];
    if (metadata.deletionTimestamp !== undefined) {
      if (!finalizers.includes(finalizer)) return;
      await this.#apps.deleteNamespacedReplicaSet({ name, namespace }).catch((error: unknown) => {
        if (codeOf(error) !== 404) throw error;
      });
      metadata.finalizers = finalizers.filter((one) => one !== finalizer);
      await this.#apps.replaceNamespacedDeployment({ name, namespace, body: deployment });
    } else if (!finalizers.includes(finalizer)) {
      metadata.finalizers = [...finalizers, finalizer];
      await this.#apps.replaceNamespacedDeployment({ name, namespace, body: deployment });
    } else await this.#tell(deployment, await this.#apply(deployment));
  }

  #apply({ metadata, spec }: V1Deployment): Promise<V1ReplicaSet> {
    const { name = '', uid = '' } = metadata ?? {};
    const owner = { apiVersion: 'apps/v1', kind: 'Deployment', name, uid, controller: true };
    const body = {
      apiVersion: 'apps/v1',
      kind: 'ReplicaSet',
      metadata: { name, ownerReferences: [owner] },
      spec: { replicas: spec?.replicas, selector: spec?.selector, template: spec?.template },
    };
    const { ServerSideApply } = PatchStrategy;
    return this.#apps.patchNamespacedReplicaSet(
      { name, namespace: this.#namespace, body, fieldManager: this.#fieldManager, force: true },
      setHeaderOptions('Content-Type', ServerSideApply),
    );
  }

  /** Says in the status what became of it; a status that says so already is not written. */
  async #tell(deployment: V1Deployment, { status }: V1ReplicaSet): Promise<void> {
    const { metadata, status: before } = deployment;
    const { replicas = 0, readyReplicas = 0 } = status ?? {};
    const observedGeneration = metadata?.generation ?? 0;
    const said = [before?.observedGeneration, before?.replicas ?? 0, before?.readyReplicas ?? 0];
    if (said.join() === [observedGeneration, replicas, readyReplicas].join()) return;
    deployment.status = { observedGeneration, replicas, readyReplicas };
    await this.#apps.replaceNamespacedDeploymentStatus({
      name: metadata?.name ?? '',
      namespace: this.#namespace,
      fieldManager: this.#fieldManager,
      body: deployment,
    });
  }
}
