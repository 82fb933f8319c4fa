import { sizeAt } from '../../machinery/json/json-path.ts';
import { nameIsDnsSubdomain } from '../../machinery/validation/names.ts';
import { defineKind } from '../kind.ts';
import { ageColumn, column, nameColumn } from '../printing/columns.ts';
import { genericStrategy } from '../strategy/generic-strategy.ts';
import { everyVerb } from '../verb.ts';
import { validateData, validateImmutable } from './data-keys.ts';

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
  strategy: genericStrategy({
    validate: (object) => validateData(object, ['data'], ['binaryData'], '[]'),
    validateChange: (object, old) => validateImmutable(object, old, ['data', 'binaryData']),
    validateName: nameIsDnsSubdomain,
  }),
});
