import { randomUUID } from 'node:crypto';
import { builtInKinds } from '../api/built-in-kinds.ts';
import { serviceRangesOf } from '../api/core/service-ranges.ts';
import { virtualResources } from '../api/virtual-resources.ts';
import { issuerDocuments, keySetPath } from '../authentication/issuer-documents.ts';
import { ServiceAccountTokens } from '../authentication/service-account-tokens.ts';
import type { Clock } from '../base/clock.ts';
import type { Logger } from '../base/logger.ts';
import { pause } from '../base/pause.ts';
import { isControllerEnabled } from '../config/controllers.ts';
import type { Config } from '../config/options.ts';
import { RuntimeConfig } from '../config/runtime-config.ts';
import type { ClaimRecordRepair } from '../controllers/claim-record-repair.ts';
import { DefinitionController } from '../controllers/definitions/definition-controller.ts';
import { GarbageCollector } from '../controllers/garbage-collector/garbage-collector.ts';
import type { Endpoint } from '../controllers/kubernetes-service.ts';
import { NamespaceController } from '../controllers/namespace-controller.ts';
import { RoleAggregation } from '../controllers/role-aggregation.ts';
import { keepStartObjects, makeStartObjects } from '../controllers/start-objects.ts';
import { kubernetesDescriptions } from '../discovery/descriptions.ts';
import { Discovery } from '../discovery/discovery.ts';
import { ItemRuns } from '../encoding/item-runs.ts';
import { ProtobufPieces } from '../encoding/protobuf-pieces.ts';
import { TableRows } from '../encoding/table-rows.ts';
import { createApp } from '../endpoints/app.ts';
import type { Bindings } from '../endpoints/bindings.ts';
import type { EndpointLimits } from '../endpoints/limits.ts';
import type { JsonObject } from '../machinery/json-value.ts';
import { metadataField } from '../machinery/object-meta.ts';
import type { RequestContext } from '../machinery/request-context.ts';
import { genericError } from '../machinery/status-errors.ts';
import { watchCompaction } from '../pipeline/compaction-watch.ts';
import { Pipeline } from '../pipeline/pipeline.ts';
import { type StoredContent, storedContent } from '../pipeline/stored-content.ts';
import type { TransportTls } from '../proxying/transport.ts';
import { WebhookClient } from '../proxying/webhook-client.ts';
import { reflectorMetrics } from '../reflector/metrics.ts';
import { bindToNode, requireBinding } from '../registry/bind-to-node.ts';
import { CurrentRevision } from '../registry/current-revision.ts';
import { freshTimeoutMs } from '../registry/fresh-read.ts';
import { requireName } from '../registry/require-name.ts';
import type { Storage } from '../storage/storage.ts';
import { objectKey } from '../translate/object-key.ts';
import type { StoredObject } from '../translate/stored-object.ts';
import { AccessControl } from './access-control.ts';
import type { AccessFiles } from './access-files.ts';
import { addressRepair, ipAddresses } from './address-repair.ts';
import { admissionKinds } from './admission-kinds.ts';
import { admissionPlugins } from './admission-plugins.ts';
import { admissionPolicies } from './admission-policies.ts';
import { admissionWebhooks } from './admission-webhooks.ts';
import { boundObjects } from './bound-objects.ts';
import { bootstrapObjects, clusterObjects, servedGroups, serviceCidrs } from './cluster-objects.ts';
import { componentHealth } from './component-health.ts';
import { conversionWebhook } from './conversion-webhook.ts';
import { DefinedKinds } from './defined-kinds.ts';
import { FlowControl } from './flow-control.ts';
import type { LiveKind } from './live-kind.ts';
import { locatedObjects, locationsOf } from './locations.ts';
import { namespaceLabels } from './namespace-lister.ts';
import { PrometheusMeter } from './prometheus-meter.ts';
import { readyRanges } from './ready-ranges.ts';
import { alreadySent } from './requests.ts';
import { ServedDefinitions } from './served-definitions.ts';
import { ServedKinds } from './served-kinds.ts';
import { type StartProgress, serverHealth } from './server-health.ts';
import { storeCheck } from './store-check.ts';
import { storedDefinitions } from './stored-definitions.ts';
import type { TokenKeys } from './token-keys.ts';
import { versionInfo } from './version.ts';
import { resolveService } from './webhook-services.ts';

/**
 * How much of the past a starting server tells itself, so that watches go on over a restart, or on another replica: the
 * 75 s that history is meant to hold, at some 130 writes a second. Each costs some 20 µs of the start.
 */
const replayRevisions = 10_000;

/** As often as kube-apiserver looks after its own service. */
const keptEveryMs = 10_000;

/** What is made in the background: those of one moment share a write to the disk. */
const bootstrappedAtOnce = 8;

/**
 * Whoever waited for the server comes first: what nobody waits for is some 150 writes by code that has not run yet. A
 * server that is closed by then, as in a test, has not paid for them.
 */
const fillDelayMs = 500;

export interface ApiServerParts {
  readonly config: Config;
  /** Not closed by the server. */
  readonly storage: Storage;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly meter: PrometheusMeter;
  /** Where it is reached from inside of the cluster, once that is known. Absent or undefined: nowhere. */
  readonly endpoint?: Promise<Endpoint | undefined>;
  /** Aborted when `/readyz` is to fail. */
  readonly draining: AbortSignal;
  /** Aborted when answers are to close their connections. */
  readonly shutdown: AbortSignal;
  /** CustomResourceDefinitions that the server is to have, once it is ready. */
  readonly definitions?: readonly object[] | undefined;
  /** What kubelets are shown, and are checked by. Absent: nothing, and they are not. */
  readonly kubeletTls?: TransportTls;
  /** Whether clients may be led to an address that a pod or a node names. Absent: as in kube-apiserver. */
  readonly isProxyable?: ((address: string) => boolean) | undefined;
  /** undefined: there are no tokens of service accounts. */
  readonly tokenKeys?: TokenKeys | undefined;
  /** undefined: nobody is asked who he is. */
  readonly accessFiles?: AccessFiles | undefined;
  /** See ServerParts. */
  readonly failed: (error: Error) => void;
}

/** The API without its ports: everything from the store to the app, put together. */
export class ApiServer {
  /** Resolves when all caches are filled and the system namespaces exist; rejects when stopped or failed before. */
  readonly ready: Promise<void>;
  readonly fetch: (request: Request, bindings: Bindings) => Response | Promise<Response>;
  /** What is served: kinds may be added and removed at any time once it is ready. */
  readonly kinds: ServedKinds;
  readonly access: AccessControl;
  readonly #pipeline: Pipeline;
  /** Those that run; `undefined`: another process does their work, or nobody. */
  readonly #namespaceController: NamespaceController | undefined;
  readonly #garbageCollector: GarbageCollector | undefined;
  readonly #addressRepair: ClaimRecordRepair;
  readonly #flowControl: FlowControl;
  readonly #roleAggregation: RoleAggregation | undefined;
  readonly #definitionController: DefinitionController;
  readonly #servedDefinitions: ServedDefinitions;
  readonly #definedKinds: DefinedKinds;
  /** Resolves when all caches have what was in the store when it was asked. */
  readonly #caughtUp: () => Promise<unknown>;
  #isReady = false;
  readonly #stopCompactionWatch: () => void;
  readonly #webhookClient: WebhookClient;
  readonly #stopping = new AbortController();
  /** Its reason is the error that nobody can go on after. */
  readonly #failure = new AbortController();

  constructor(parts: ApiServerParts) {
    const { config, storage, clock, logger, meter } = parts;
    this.#pipeline = new Pipeline({
      storage,
      prefix: `${config.etcdPrefix}/`,
      clock,
      random: Math.random,
      logger,
      metrics: reflectorMetrics(meter),
      failed: (error) => this.#fail(error, parts.failed),
      replayRevisions,
    });
    const runtimeConfig = new RuntimeConfig(config.runtimeConfig);
    const tokens = this.#tokens(parts);
    this.access = new AccessControl({ config, files: parts.accessFiles, tokens, clock });
    const { authorizer, policy } = this.access;
    this.#webhookClient = new WebhookClient({
      clock,
      resolve: (service) => resolveService(locatedObjects(this.kinds), service, Math.random),
      userAgent: 'kube-apiserver-admission',
    });
    const knownKinds = admissionKinds(() => this.kinds);
    const currentRevision = new CurrentRevision(storage, clock);
    const itemRuns = new ItemRuns(config.listCacheBytes);
    const protobuf = new ProtobufPieces(config.listCacheBytes);
    this.kinds = new ServedKinds({
      ...parts,
      itemRuns,
      protobuf,
      pipeline: this.#pipeline,
      currentRevision,
      admission: admissionPlugins({
        find: (kind) => this.kinds.find(kind),
        namespaces: () => this.#namespaces,
        isDefinitionGoing: (name) => this.#definition(name)?.isBeingDeleted === true,
        policies: admissionPolicies({ served: () => this.kinds, kinds: knownKinds, logger }),
        webhooks: admissionWebhooks({
          find: (kind) => this.kinds.find(kind),
          kinds: knownKinds,
          caller: this.#webhookClient,
          logger,
        }),
        roles: policy === undefined ? undefined : { authorizer, resolver: policy },
        clock,
      }),
      changed: (kind, event) => {
        this.access.observe(kind, event);
        if (kind === clusterRoles) this.#roleAggregation?.changed();
        this.#garbageCollector?.observe(kind, event);
        if (kind === definitions) {
          this.#definitionController.observe(event);
          this.#definedKinds.changed();
        } else if (kind === namespaces) this.#namespaceController?.observe(event);
        else this.#namespaceController?.observeContent(kind.store, event);
        if (kind === addresses && event.previous !== undefined) this.#addressRepair.changed();
        this.#flowControl.observe(kind, event);
      },
      enabled: (served) => runtimeConfig.isEnabled(served),
      added: (kind) => {
        if (this.#isReady) this.#garbageCollector?.add([kind]);
      },
      removed: (kind) => this.#garbageCollector?.remove(kind),
    });
    const kinds = builtInKinds({
      eventTtlSeconds: Math.ceil(config.eventTtl / 1000),
      allowPrivileged: config.allowPrivileged,
      serviceRanges: {
        ...serviceRangesOf(config.serviceClusterIpRange, config.serviceNodePortRange),
        ready: readyRanges(() => this.kinds.find(serviceCidrs)),
      },
      issuesTokens: parts.tokenKeys?.signingKey !== undefined,
      namespaceLabels: namespaceLabels(() => this.#namespaces),
      now: () => clock.wallTime(),
    });
    const checkOfStore = storeCheck(storage, clock);
    const virtual = virtualResources({
      authorizer,
      tokens: this.access.tokens,
      bind: (binding, namespace, request) => this.#bind(binding, namespace, request, clock),
      components: () => componentHealth(checkOfStore),
      now: () => clock.wallTime(),
    });
    this.kinds.install(kinds);
    this.kinds.installVirtual(virtual);
    const namespaces = this.#namespaces;
    const addresses = this.kinds.find(ipAddresses);
    const clusterRoles = this.kinds.find(clusterRoleKind);
    const definitions = this.#definitions;
    this.#servedDefinitions = new ServedDefinitions(this.kinds, logger, (definition) =>
      conversionWebhook(definition, this.#webhookClient, randomUUID),
    );
    this.#definitionController = new DefinitionController({
      definitions: definitions.store,
      all: () => objectsIn(definitions),
      one: (name) => this.#definition(name),
      serve: async (name, definition) => {
        await this.#servedDefinitions.serve(name, definition);
        this.#definedKinds.changed();
      },
      instances: ({ metadata, spec, status }) =>
        this.#servedDefinitions.isServed(metadata?.name ?? '')
          ? this.kinds.find({ group: spec?.group ?? '', resource: status?.acceptedNames?.plural ?? '' })?.store
          : undefined,
      clock,
      logger,
    });
    this.#definedKinds = new DefinedKinds({
      definitions: definitions.store,
      one: (name) => this.#definition(name)?.parse(),
      serves: (definition) => this.#servedDefinitions.serves(definition),
      clock,
      signal: this.#stopping.signal,
    });
    this.#namespaceController = isControllerEnabled(config.controllers, 'namespace-controller')
      ? new NamespaceController({
          namespaces: namespaces.store,
          contents: {
            served: () => [...this.kinds.live].filter(({ stored }) => stored.namespaced).map(({ store }) => store),
            stored: (namespace) => this.#storedContent(parts, namespace),
          },
          clock,
          logger,
        })
      : undefined;
    const caughtUp = async () => this.#pipeline.position.reach(await currentRevision.read(), freshTimeoutMs);
    this.#caughtUp = caughtUp;
    this.#addressRepair = addressRepair(this.kinds, { caughtUp, clock, logger });
    const collects =
      config.enableGarbageCollector && isControllerEnabled(config.controllers, 'garbage-collector-controller');
    this.#garbageCollector = collects
      ? new GarbageCollector({
          caughtUp,
          events: () => this.kinds.find({ group: '', resource: 'events' })?.store,
          newUid: randomUUID,
          clock,
          logger,
        })
      : undefined;
    // Who has no use for roles needs none that are made of others.
    const aggregates =
      policy !== undefined && isControllerEnabled(config.controllers, 'clusterrole-aggregation-controller');
    this.#roleAggregation =
      aggregates && clusterRoles !== undefined
        ? new RoleAggregation({ roles: clusterRoles.store, all: () => objectsIn(clusterRoles), clock, logger })
        : undefined;
    this.#flowControl = new FlowControl({ kinds: this.kinds, config, clock, logger, signal: this.#stopping.signal });
    this.#countObjects(meter);

    const issuer = issuerDocuments(
      config.serviceAccountIssuer[0] ?? '',
      keySetUrlOf(config),
      parts.tokenKeys?.keys ?? [],
    );
    const progress: StartProgress = { cachesFilled: false, namespacesExist: false, kindsDefined: false };
    const app = createApp({
      resources: (group, version, resource) => this.kinds.resource(group, version, resource),
      virtualResources: (group, version, resource) => this.kinds.virtualResource(group, version, resource),
      replacement: (group, resource) => this.kinds.replacement(group, resource),
      itemRuns,
      protobuf,
      tableRows: new TableRows(config.listCacheBytes / 4),
      discovery: new Discovery({
        resources: () => this.kinds.versions,
        otherPaths: [...otherPaths, ...issuer.map(({ path }) => path)],
        serverAddress: addressOf(config),
        descriptions: kubernetesDescriptions,
      }),
      locations: locationsOf(this.kinds, parts),
      tokens: parts.tokenKeys?.signingKey === undefined ? undefined : tokens,
      issuerDocuments: issuer,
      health: serverHealth({ ...parts, store: checkOfStore }, progress, this.#failure.signal),
      metrics: async () => ({ contentType: PrometheusMeter.contentType, text: await meter.text() }),
      version: versionInfo(),
      limits: limitsOf(config),
      // Pages in browsers have no credentials to show.
      acceptHosts: parts.accessFiles === undefined ? config.acceptHosts : ['*'],
      access: this.access,
      clock,
      logger,
      meter,
      newAuditId: randomUUID,
      shutdown: parts.shutdown,
      failure: this.#failure.signal,
      alreadySent,
    });
    this.fetch = (request, bindings) => app.fetch(request, bindings);

    this.#stopCompactionWatch = watchCompaction(storage, this.#pipeline, clock, logger);
    this.ready = this.#becomeReady(parts, progress);
  }

  /** Ends every open watch cleanly. */
  endWatches(reason: 'shutdown' | 'reset' = 'shutdown'): void {
    for (const { dispatcher } of this.kinds.live) dispatcher.closeAll(reason);
  }

  /** Idempotent: no timer and no watch on the store is left. */
  stop(): void {
    this.#stopping.abort();
    this.#stopCompactionWatch();
    this.#definitionController.stop();
    this.#namespaceController?.stop();
    this.#garbageCollector?.stop();
    this.#roleAggregation?.stop();
    this.#addressRepair.stop();
    for (const { checker } of this.kinds.live) checker.stop();
    this.endWatches();
    this.#webhookClient.close();
    this.#pipeline.stop();
  }

  /** The pipeline, which has stopped all caches, cannot go on: so nothing here can. What is left is to say so. */
  #fail(cause: unknown, tellOwner: (error: Error) => void): void {
    const error = cause instanceof Error ? cause : new Error(String(cause));
    this.#failure.abort(error);
    tellOwner(error);
    this.endWatches('reset');
    this.stop();
  }

  async #becomeReady(parts: ApiServerParts, progress: StartProgress): Promise<void> {
    const { clock, logger, storage } = parts;
    const definitions = this.#definitions;
    this.#servedDefinitions.install(await storedDefinitions(storage, definitions.shape, clock));
    if (!this.#stopping.signal.aborted) this.#pipeline.start();
    const filled = await Promise.all([...this.kinds.live].map(({ filled }) => filled));
    this.#failure.signal.throwIfAborted();
    if (!filled.every(Boolean)) throw new Error('the server was stopped before its caches were filled');
    // Those that have come since, or could not be read before.
    for (const definition of objectsIn(definitions)) await this.#servedDefinitions.serveEstablished(definition.parse());
    this.access.load((kind) => this.kinds.find(kind));
    progress.cachesFilled = true;
    const signal = this.#stopping.signal;
    const kept = clusterObjects(this.kinds, parts.config, clock, await parts.endpoint);
    await makeStartObjects({ objects: kept, clock, logger, signal });
    this.#failure.signal.throwIfAborted();
    if (this.#stopping.signal.aborted) throw new Error('the server was stopped before its namespaces were there');
    if (this.access.policy !== undefined) await this.#makeBootstrapObjects(parts);
    progress.namespacesExist = true;
    this.#namespaceController?.start(objectsIn(this.#namespaces));
    this.#isReady = true;
    this.#definitionController.start();
    await this.#definedKinds.establish(parts.definitions ?? []);
    progress.kindsDefined = true;
    this.#garbageCollector?.add([...this.kinds.live].filter(({ cache }) => cache.filled));
    this.#addressRepair.start();
    for (const { checker } of this.kinds.live) checker.start();
    this.#flowControl.start();
    this.#roleAggregation?.start();
    void keepStartObjects(keptEveryMs, { objects: kept, clock, logger, signal });
    void this.#fillCluster(parts);
  }

  /** What every cluster has and nobody waits for. Resolves when it is there, or when the server stops. */
  async #fillCluster({ config, clock, logger }: ApiServerParts): Promise<void> {
    const signal = this.#stopping.signal;
    await pause(fillDelayMs, clock, signal);
    if (signal.aborted) return;
    this.#flowControl.keepBootstrapObjects();
    const objects = servedGroups(this.kinds, config);
    await makeStartObjects({ objects, atOnce: bootstrappedAtOnce, clock, logger, signal });
    if (this.access.policy === undefined) await this.#makeBootstrapObjects({ config, clock, logger });
  }

  /** Where roles decide who may do what, nobody can do anything before they are there, and known. */
  async #makeBootstrapObjects({
    config,
    clock,
    logger,
  }: Pick<ApiServerParts, 'config' | 'clock' | 'logger'>): Promise<void> {
    const signal = this.#stopping.signal;
    const objects = bootstrapObjects(this.kinds, config);
    await makeStartObjects({ objects, atOnce: bootstrappedAtOnce, clock, logger, signal });
    if (this.access.policy !== undefined && !signal.aborted) await this.#caughtUp();
  }

  /** @throws {Error} when not all is known that may be there */
  #storedContent({ config, storage }: ApiServerParts, namespace: string): Promise<readonly StoredContent[]> {
    const { unserved } = this.#pipeline;
    if (!unserved.complete) throw new Error('the store holds more kinds than can be looked through');
    const kinds = [...this.kinds.live].map(({ stored }) => stored).filter((stored) => stored.namespaced);
    const served = kinds.map(({ storagePrefix }) => storagePrefix);
    return storedContent(storage, `${config.etcdPrefix}/`, [...served, ...unserved.values()], namespace);
  }

  #tokens({ config, clock, tokenKeys }: ApiServerParts): ServiceAccountTokens | undefined {
    if (tokenKeys === undefined) return undefined;
    return new ServiceAccountTokens({
      ...tokenKeys,
      issuers: config.serviceAccountIssuer,
      audiences: config.apiAudiences.length > 0 ? config.apiAudiences : config.serviceAccountIssuer,
      objects: boundObjects((resource) => this.kinds.find({ group: '', resource })?.store),
      clock,
      newId: randomUUID,
    });
  }

  /** @throws {ApiError} */
  async #bind(binding: JsonObject, namespace: string, request: RequestContext, clock: Clock): Promise<void> {
    requireBinding(binding);
    const name = metadataField(binding, 'name');
    requireName(name);
    const pods = this.kinds.resource('', 'v1', 'pods');
    if (pods === undefined) throw genericError(404);
    await bindToNode(pods.store, { namespace, name }, binding, request, clock.wallTime());
  }

  get #namespaces(): LiveKind {
    const namespaces = this.kinds.find({ group: '', resource: 'namespaces' });
    if (namespaces === undefined) throw new Error('namespaces are not served');
    return namespaces;
  }

  get #definitions(): LiveKind {
    const definitions = this.kinds.find({ group: 'apiextensions.k8s.io', resource: 'customresourcedefinitions' });
    if (definitions === undefined) throw new Error('custom resource definitions are not served');
    return definitions;
  }

  /** As the cache has it. */
  #definition(name: string): StoredObject | undefined {
    const { cache, shape } = this.#definitions;
    return cache.filled ? cache.get(objectKey(shape, { namespace: '', name })) : undefined;
  }

  #countObjects(meter: PrometheusMeter): void {
    meter.beforeScrape(() => {
      for (const live of this.kinds.live) live.countObjects();
    });
  }
}

const clusterRoleKind = { group: 'rbac.authorization.k8s.io', resource: 'clusterroles' };

const objectsIn = ({ cache }: LiveKind): readonly StoredObject[] =>
  cache.filled ? cache.snapshot().objects(undefined, undefined) : [];

/** What can be asked for beside the resources, for the list at `/`. */
const otherPaths = ['/healthz', '/livez', '/metrics', '/readyz', '/version'];

/** Where clients reach the server, as far as it is known before the ports are open. */
const addressOf = ({ bindAddress, securePort, insecurePort }: Config): string => {
  const port = securePort === 0 ? insecurePort : securePort;
  return port === 'any' ? '' : `${bindAddress}:${port}`;
};

/** Where clients find the keys of the issuer; '' when it is not known. */
const keySetUrlOf = (config: Config): string => {
  const { serviceAccountJwksUri, securePort, advertiseAddress, bindAddress } = config;
  if (serviceAccountJwksUri !== '') return serviceAccountJwksUri;
  if (securePort === 0 || securePort === 'any') return '';
  const host = advertiseAddress || bindAddress;
  return `https://${host.includes(':') ? `[${host}]` : host}:${securePort}${keySetPath}`;
};

const limitsOf = (config: Config): EndpointLimits => ({
  maxBodyBytes: config.maxRequestBodyBytes,
  maxYamlBodyBytes: config.maxYamlBodyBytes,
  maxReadsInFlight: config.maxRequestsInflight,
  maxWritesInFlight: config.maxMutatingRequestsInflight,
  maxWatches: config.maxWatches,
  maxConnects: config.maxConnects,
  watchBufferBytes: config.watchBufferBytes,
  requestTimeoutMs: config.requestTimeout,
});
