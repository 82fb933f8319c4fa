import { sizeAt } from '../../machinery/json/json-path.ts';
import { nameIsDnsSubdomain } from '../../machinery/validation/names.ts';
import { defineKind } from '../kind.ts';
import { ageColumn, column, nameColumn } from '../printing/columns.ts';
import { genericStrategy } from '../strategy/generic-strategy.ts';
import type { ConfigMap } from '../types/core-v1.generated.ts';
import { everyVerb } from '../verb.ts';
import { validateData, validateImmutable } from './data-keys.ts';

const validate = (object: ConfigMap) => validateData(object, ['data'], ['binaryData'], '[]');

export const configMaps = defineKind({
  group: '',
  version: 'v1',
  kind: 'ConfigMap',
  resource: 'configmaps',
  singular: 'configmap',
  shortNames: ['cm'],
  categories: [],
  namespaced: true,
  verbs: everyVerb,
  subresources: {},
  storagePrefix: 'configmaps',
  fields: {},
  columns: [
    nameColumn,
    column('Data', 'How many keys it has.', (object) => sizeAt(object, 'data') + sizeAt(object, 'binaryData')),
    ageColumn,
  ],
  strategy: genericStrategy<ConfigMap>({
    validate,
    validateUpdate: (object, old) => [...validateImmutable(object, old, ['data', 'binaryData']), ...validate(object)],
    validateName: nameIsDnsSubdomain,
  }),
});
