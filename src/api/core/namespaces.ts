import { stringsAt, textAt } from '../../machinery/json/json-path.ts';
import type { JsonObject } from '../../machinery/json-value.ts';
import { metadataOf } from '../../machinery/object-meta.ts';
import { nameIsDnsLabel } from '../../machinery/validation/names.ts';
import { ageColumn, column, nameColumn } from '../printing/columns.ts';
import { textFields } from '../resource-fields.ts';
import type { ResourceRow } from '../resource-row.ts';
import { genericStrategy, keepOld } from '../strategy/generic-strategy.ts';
import { objectOrNew } from '../strategy/set-default.ts';

const nameLabel = 'kubernetes.io/metadata.name';
const ownFinalizer = 'kubernetes';

/** Every namespace carries its name as a label, so that selectors can pick namespaces by name. */
function labelWithName(namespace: JsonObject): void {
  const metadata = metadataOf(namespace);
  const name = textAt(metadata, 'name');
  if (name !== '') objectOrNew(metadata, 'labels')[nameLabel] = name;
}

/** A namespace goes only when its content is gone: whoever empties it then removes this finalizer. */
function addFinalizer(namespace: JsonObject): void {
  const finalizers = stringsAt(namespace, 'spec', 'finalizers');
  if (!finalizers.includes(ownFinalizer)) objectOrNew(namespace, 'spec')['finalizers'] = [...finalizers, ownFinalizer];
}

const emptying =
  'The system is ensuring all content is removed from this namespace.  ' +
  'Upon completion, this namespace will automatically be purged by the system.';

export const namespaces: ResourceRow = {
  group: '',
  version: 'v1',
  kind: 'Namespace',
  resource: 'namespaces',
  singular: 'namespace',
  shortNames: ['ns'],
  categories: [],
  namespaced: false,
  verbs: ['create', 'delete', 'get', 'list', 'update', 'watch'],
  subresources: { finalize: ['update'], status: ['get', 'update'] },
  storagePrefix: 'namespaces',
  fields: textFields('status.phase'),
  columns: [
    nameColumn,
    column('Status', 'Whether the namespace can be used.', (namespace) => textAt(namespace, 'status', 'phase')),
    ageColumn,
  ],
  returnsDeletedObject: true,
  strategy: genericStrategy({
    defaults: labelWithName,
    initialStatus: () => ({ phase: 'Active' }),
    onCreate: addFinalizer,
    onUpdate: (namespace, old) => keepOld(namespace, old, 'spec'),
    validateName: nameIsDnsLabel,
    more: {
      prepareForFinalize: (namespace, old) => keepOld(namespace, old, 'status'),
      prepareForDeletion(namespace) {
        objectOrNew(namespace, 'status')['phase'] = 'Terminating';
      },
      waitsForFinalization: (namespace) =>
        stringsAt(namespace, 'spec', 'finalizers').length === 0 ? undefined : emptying,
    },
  }),
};
