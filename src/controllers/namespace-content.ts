import type { Clock } from '../base/clock.ts';
import { ApiError } from '../machinery/api-error.ts';
import { numberAt, textAt } from '../machinery/json/json-path.ts';
import { finalizersOf } from '../machinery/object-meta.ts';
import { RequestContext } from '../machinery/request-context.ts';
import { listEverything } from '../registry/list-everything.ts';
import type { DeleteOptions, RestStorage } from '../registry/rest-storage.ts';
import type { NamespaceProblems } from './namespace-conditions.ts';

/** What the store holds of one kind in a namespace, whoever serves the kind. */
export interface StoredContent {
  /** Below the registry's prefix: `configmaps`, `services/specs`, `example.com/widgets`. */
  readonly storagePrefix: string;
  readonly count: number;
}

export type ContentStore = Pick<RestStorage, 'stored' | 'list' | 'deleteCollection'>;

export interface NamespaceContentOptions {
  /** Every namespaced resource that there is now. */
  readonly served: () => Iterable<ContentStore>;
  /** What the store itself has in a namespace. */
  readonly stored: (namespace: string) => Promise<readonly StoredContent[]>;
  readonly clock: Pick<Clock, 'wallTime'>;
}

/** What is left after a look, and how long it may take to go. */
export interface ContentLeft extends NamespaceProblems {
  /** Seconds; 0: there is no telling. */
  readonly estimate: number;
}

/** How the writes of the controller are told from those of others: as of Kubernetes' own. */
export const namespaceRequest = RequestContext.internal('system:serviceaccount:kube-system:namespace-controller', {
  fieldManager: 'kube-controller-manager',
});

/** Seconds that whoever takes care of a finalizer is given. */
const finalizerEstimate = 15;

const background: DeleteOptions = {
  gracePeriodSeconds: undefined,
  preconditions: { uid: undefined, resourceVersion: undefined },
  propagationPolicy: 'Background',
  orphanDependents: undefined,
};

const isPods = ({ stored }: ContentStore): boolean => stored.group === '' && stored.resource === 'pods';

/** `pods.`, `leases.coordination.k8s.io`: how conditions name a resource. */
const nameOf = ({ stored }: ContentStore): string => `${stored.resource}.${stored.group}`;

/** The same of a prefix nobody serves: a group stands before its resource. */
function nameOfPrefix(storagePrefix: string): string {
  const slash = storagePrefix.lastIndexOf('/');
  return `${storagePrefix.slice(slash + 1)}.${storagePrefix.slice(0, Math.max(0, slash))}`;
}

/**
 * Deletes what is in a namespace: pods first, and nothing else before they have gone, because what they need while they
 * end is beside them. A resource that fails does not stop the others. `deletedAt`: when the namespace's deletion began, in
 * milliseconds since the epoch. What the API refuses or the store fails at is in the result; rejects with nothing else.
 */
export async function deleteContent(
  options: NamespaceContentOptions,
  namespace: string,
  deletedAt: number,
): Promise<ContentLeft> {
  const look = new Look(options, namespace, deletedAt);
  const served = [...options.served()];
  for (const store of served.filter(isPods)) await look.delete(store);
  if (look.remaining.size > 0) return look;
  for (const store of served.filter((store) => !isPods(store))) await look.delete(store);
  await look.compare(served, options.stored);
  return look;
}

class Look implements ContentLeft {
  readonly undiscovered: string[] = [];
  readonly failures: string[] = [];
  readonly remaining = new Map<string, number>();
  readonly finalizers = new Map<string, number>();
  estimate = 0;
  readonly #clock: NamespaceContentOptions['clock'];
  readonly #namespace: string;
  readonly #deletedAt: number;
  /** Kinds of which it is said already why they are still there. */
  readonly #failed = new Set<ContentStore>();

  constructor({ clock }: NamespaceContentOptions, namespace: string, deletedAt: number) {
    this.#clock = clock;
    this.#namespace = namespace;
    this.#deletedAt = deletedAt;
  }

  async delete(store: ContentStore): Promise<void> {
    try {
      const namespace = this.#namespace;
      const deleted = await store.deleteCollection({ namespace }, listEverything, background, namespaceRequest);
      if (deleted.items.length === 0) return;
      const { items } = await store.list({ namespace }, listEverything);
      this.#left(store, items);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      this.failures.push(error.message);
      this.#failed.add(store);
    }
  }

  /** What the store has beyond what is known to be left: of kinds that nobody serves, or that no client can read. */
  async compare(served: readonly ContentStore[], stored: NamespaceContentOptions['stored']): Promise<void> {
    let contents: readonly StoredContent[] = [];
    try {
      contents = await stored(this.#namespace);
    } catch (error) {
      this.undiscovered.push(error instanceof Error ? error.message : String(error));
    }
    const byPrefix = new Map(served.map((store) => [store.stored.storagePrefix, store]));
    for (const { storagePrefix, count } of contents) {
      const store = byPrefix.get(storagePrefix);
      const name = store === undefined ? nameOfPrefix(storagePrefix) : nameOf(store);
      if (this.remaining.has(name)) continue;
      this.remaining.set(name, count);
      if (store === undefined) this.undiscovered.push(`${name}: this server does not serve what is stored there`);
      else if (!this.#failed.has(store)) this.#unexpected(store);
    }
  }

  #left(store: ContentStore, items: Awaited<ReturnType<ContentStore['list']>>['items']): void {
    if (items.length === 0) return;
    this.remaining.set(nameOf(store), items.length);
    let kept = false;
    let grace = 0;
    for (const item of items) {
      const object = item.parse();
      for (const finalizer of finalizersOf(object)) {
        kept = true;
        this.finalizers.set(finalizer, (this.finalizers.get(finalizer) ?? 0) + 1);
      }
      const phase = textAt(object, 'status', 'phase');
      if (!isPods(store) || phase === 'Succeeded' || phase === 'Failed') continue;
      grace = Math.max(grace, numberAt(object, 'spec', 'terminationGracePeriodSeconds'));
    }
    // Grace that is over tells nothing of how long it still takes.
    const passed = this.#clock.wallTime() - this.#deletedAt;
    const estimate = passed < grace * 1000 ? grace : kept ? finalizerEstimate : 0;
    this.estimate = Math.max(this.estimate, estimate);
    if (estimate === 0) this.#unexpected(store);
  }

  #unexpected({ stored }: ContentStore): void {
    const { group, version, resource } = stored;
    const gvr = `${group}/${version}, Resource=${resource}`;
    this.failures.push(`unexpected items still remain in namespace: ${this.#namespace} for gvr: ${gvr}`);
  }
}
