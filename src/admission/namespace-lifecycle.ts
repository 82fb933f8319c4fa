import type { Clock } from '../base/clock.ts';
import type { AdmissionAttributes } from '../machinery/admission-attributes.ts';
import { ApiError } from '../machinery/api-error.ts';
import { forbidden, notFound } from '../machinery/status-errors.ts';
import type { AdmissionPlugin } from './admission-plugin.ts';
import { refusal } from './refusal.ts';

export type NamespaceState = 'active' | 'terminating';

/** What the rule must know of namespaces. */
export interface NamespaceLister {
  /** What memory says, at no cost; undefined: there is none, as far as memory knows, or memory is not to be asked yet. */
  cached(name: string): NamespaceState | undefined;
  /** What the store says, linearizably. */
  stored(name: string): Promise<NamespaceState | undefined>;
}

/** Namespaces that a cluster cannot be without. */
const immortal: ReadonlySet<string> = new Set(['default', 'kube-system', 'kube-public']);

/** Longer than memory lags behind the store, and so many names at a time: kube-apiserver's own. */
const deletedForMs = 30_000;
const maxDeleted = 100;

/**
 * Nothing is created in a namespace that is not there or is going, and some namespaces never go. Without it objects
 * would be created behind the back of whoever empties a namespace, and stay for ever.
 *
 * Memory may lag behind the store. A client that has just created a namespace uses it at once: so what memory does not
 * know is looked up. A client that has just deleted one expects it to be closed: so what was deleted here a moment ago,
 * and memory still takes for active, is looked up too. A namespace that another server is deleting at this moment is let
 * through; whoever empties it looks until nothing is left.
 */
export class NamespaceLifecycle implements AdmissionPlugin {
  readonly name = 'NamespaceLifecycle';
  readonly #namespaces: NamespaceLister;
  readonly #clock: Pick<Clock, 'now'>;
  /** Names that a DELETE was let through for, the latest last, and until when that matters. */
  readonly #deleted = new Map<string, number>();

  constructor(namespaces: NamespaceLister, clock: Pick<Clock, 'now'>) {
    this.#namespaces = namespaces;
    this.#clock = clock;
  }

  async admit(attributes: AdmissionAttributes): Promise<void> {
    const { operation, group, kind, name, namespace } = attributes;
    const isNamespace = group === '' && kind === 'Namespace';
    if (isNamespace && operation === 'DELETE' && immortal.has(name)) {
      throw forbidden(attributes, name, 'this namespace may not be deleted');
    }
    if (isNamespace && operation === 'DELETE') this.#remember(name);
    if (isNamespace || namespace === '' || operation !== 'CREATE') return;
    const state = this.#cached(namespace) ?? (await this.#namespaces.stored(namespace));
    if (state === undefined) throw notFound({ group: '', resource: 'namespaces' }, namespace);
    if (state === 'terminating') throw terminating(attributes);
  }

  #remember(name: string): void {
    this.#deleted.delete(name);
    this.#deleted.set(name, this.#clock.now() + deletedForMs);
    const [oldest] = this.#deleted.keys();
    if (this.#deleted.size > maxDeleted && oldest !== undefined) this.#deleted.delete(oldest);
  }

  #cached(name: string): NamespaceState | undefined {
    const state = this.#namespaces.cached(name);
    const until = this.#deleted.get(name);
    if (state !== 'active' || until === undefined) return state;
    if (until > this.#clock.now()) return undefined;
    this.#deleted.delete(name);
    return state;
  }
}

function terminating(attributes: AdmissionAttributes): ApiError {
  const { namespace } = attributes;
  const why = `unable to create new content in namespace ${namespace} because it is being terminated`;
  const { message, status } = refusal(attributes, why);
  const cause = {
    reason: 'NamespaceTerminating',
    message: `namespace ${namespace} is being terminated`,
    field: 'metadata.namespace',
  };
  return new ApiError(403, 'Forbidden', message, { details: { ...status.details, causes: [cause] } });
}
