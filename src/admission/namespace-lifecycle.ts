import type { AdmissionAttributes } from '../machinery/admission-attributes.ts';
import { ApiError } from '../machinery/api-error.ts';
import { metadataField } from '../machinery/object-meta.ts';
import { forbidden, notFound } from '../machinery/status-errors.ts';
import type { AdmissionPlugin } from './admission-plugin.ts';

export type NamespaceState = 'active' | 'terminating';

/** What the rule must know of namespaces. */
export interface NamespaceLister {
  /** What memory says, at no cost; undefined: there is none, as far as memory knows. */
  cached(name: string): NamespaceState | undefined;
  /** What the store says, linearizably. */
  stored(name: string): Promise<NamespaceState | undefined>;
}

/** Namespaces that a cluster cannot be without. */
const immortal: ReadonlySet<string> = new Set(['default', 'kube-system', 'kube-public']);

/**
 * Nothing is created in a namespace that is not there or is going, and some namespaces never go. Without it objects
 * would be created behind the back of whoever empties a namespace, and stay for ever.
 *
 * Memory may lag behind the store, and a client that has just created a namespace uses it at once: so what memory does
 * not know is looked up. A namespace that memory takes for active, while another server is already deleting it, is let
 * through; whoever empties it looks until nothing is left.
 */
export class NamespaceLifecycle implements AdmissionPlugin {
  readonly name = 'NamespaceLifecycle';
  readonly #namespaces: NamespaceLister;

  constructor(namespaces: NamespaceLister) {
    this.#namespaces = namespaces;
  }

  async admit(attributes: AdmissionAttributes): Promise<void> {
    const { operation, group, kind, name, namespace } = attributes;
    const isNamespace = group === '' && kind === 'Namespace';
    if (isNamespace && operation === 'DELETE' && immortal.has(name)) {
      throw forbidden(attributes, name, 'this namespace may not be deleted');
    }
    if (isNamespace || namespace === '' || operation !== 'CREATE') return;
    const state = this.#namespaces.cached(namespace) ?? (await this.#namespaces.stored(namespace));
    if (state === undefined) throw notFound({ group: '', resource: 'namespaces' }, namespace);
    if (state === 'terminating') throw terminating(attributes);
  }
}

function terminating(attributes: AdmissionAttributes): ApiError {
  const { name, namespace, object } = attributes;
  const generateName = object === undefined ? '' : metadataField(object, 'generateName');
  const why = `unable to create new content in namespace ${namespace} because it is being terminated`;
  const { message, status } = forbidden(attributes, name || generateName || 'Unknown', why);
  const cause = {
    reason: 'NamespaceTerminating',
    message: `namespace ${namespace} is being terminated`,
    field: 'metadata.namespace',
  };
  return new ApiError(403, 'Forbidden', message, { details: { ...status.details, causes: [cause] } });
}
