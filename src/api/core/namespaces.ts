import { allBut } from '../../machinery/apply/field-filter.ts';
import { errorsOfEach, type FieldError, invalidValue } from '../../machinery/field-error.ts';
import { objectIn, stringsAt, textAt } from '../../machinery/json/json-path.ts';
import type { JsonObject } from '../../machinery/json-value.ts';
import { finalizersOf, metadataField, metadataOf } from '../../machinery/object-meta.ts';
import { validateFinalizerName, validateKnownFinalizers } from '../../machinery/validation/finalizers.ts';
import { nameIsDnsLabel } from '../../machinery/validation/names.ts';
import { defineKind } from '../kind.ts';
import { ageColumn, column, nameColumn } from '../printing/columns.ts';
import { textFields } from '../selectable-fields.ts';
import { genericStrategy, keepOld } from '../strategy/generic-strategy.ts';
import { objectOrNew, setDefault } from '../strategy/set-default.ts';
import type { UpdateStrategy } from '../strategy/strategy.ts';

const nameLabel = 'kubernetes.io/metadata.name';
const ownFinalizer = 'kubernetes';

/** What clients write into the status of a namespace that they do not delete is taken for this. */
function defaultPhase(namespace: JsonObject): void {
  setDefault(objectOrNew(namespace, 'status'), 'phase', 'Active');
}

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

const specFinalizers = (namespace: JsonObject): readonly string[] => stringsAt(namespace, 'spec', 'finalizers');

const validateSpec = (namespace: JsonObject): readonly FieldError[] =>
  errorsOfEach(specFinalizers(namespace), (name) => validateFinalizerName(name, 'spec.finalizers'));

/** Whether a namespace is going is what its deletionTimestamp says: its phase must say the same. */
function validateStatus(namespace: JsonObject): readonly FieldError[] {
  const phase = textAt(namespace, 'status', 'phase');
  const [wanted, when] =
    metadataField(namespace, 'deletionTimestamp') === ''
      ? ['Active', '`deletionTimestamp` is empty']
      : ['Terminating', '`deletionTimestamp` is not empty'];
  // The capital is the original's.
  return phase === wanted ? [] : [invalidValue('status.Phase', phase, `may only be '${wanted}' if ${when}`)];
}

const finalize: UpdateStrategy = {
  managedFields: allBut(['status']),
  prepareForUpdate(namespace, old) {
    keepOld(namespace, old, 'status');
    if (specFinalizers(namespace).length === 0) delete objectIn(namespace, 'spec')?.['finalizers'];
  },
  validateUpdate: (namespace) => [
    ...validateKnownFinalizers(finalizersOf(namespace), 'metadata.finalizers'),
    ...errorsOfEach(specFinalizers(namespace), (name, index) =>
      validateFinalizerName(name, `spec.finalizers[${index}]`),
    ),
  ],
};

export const namespaces = defineKind({
  group: '',
  version: 'v1',
  kind: 'Namespace',
  resource: 'namespaces',
  singular: 'namespace',
  shortNames: ['ns'],
  categories: [],
  namespaced: false,
  verbs: ['create', 'delete', 'get', 'list', 'patch', 'update', 'watch'],
  subresources: { finalize: ['update'], status: ['get', 'patch', 'update'] },
  storagePrefix: 'namespaces',
  fields: textFields('status.phase'),
  columns: [
    nameColumn,
    column('Status', 'Whether the namespace can be used.', (namespace) => textAt(namespace, 'status', 'phase')),
    ageColumn,
  ],
  returnsDeletedObject: true,
  strategy: genericStrategy({
    defaults(namespace) {
      labelWithName(namespace);
      defaultPhase(namespace);
    },
    initialStatus: () => ({ phase: 'Active' }),
    onCreate: addFinalizer,
    onUpdate: (namespace, old) => keepOld(namespace, old, 'spec'),
    validate: validateSpec,
    validateStatus,
    subresources: { finalize },
    validateName: nameIsDnsLabel,
    more: {
      prepareForDeletion(namespace) {
        objectOrNew(namespace, 'status')['phase'] = 'Terminating';
      },
      waitsForFinalization: (namespace) => specFinalizers(namespace).length > 0,
    },
  }),
});
