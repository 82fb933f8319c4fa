import type { FieldError } from '../../machinery/field-error.ts';
import { requiredValue } from '../../machinery/field-error.ts';
import { sizeAt, textAt } from '../../machinery/json/json-path.ts';
import { type JsonObject, objectAt, stringAt } from '../../machinery/json-value.ts';
import { nameIsDnsSubdomain } from '../../machinery/validation/names.ts';
import { defineKind } from '../kind.ts';
import { ageColumn, column, nameColumn } from '../printing/columns.ts';
import { textFields } from '../selectable-fields.ts';
import { genericStrategy } from '../strategy/generic-strategy.ts';
import { immutableField } from '../strategy/immutable-field.ts';
import { objectOrNew, setDefault } from '../strategy/set-default.ts';
import { everyVerb } from '../verb.ts';
import { validateData, validateImmutable } from './data-keys.ts';

/** Keys without which a secret of a type is of no use to anybody. */
const requiredKeys: Readonly<Record<string, readonly string[]>> = {
  'kubernetes.io/dockercfg': ['.dockercfg'],
  'kubernetes.io/dockerconfigjson': ['.dockerconfigjson'],
  'kubernetes.io/ssh-auth': ['ssh-privatekey'],
  'kubernetes.io/tls': ['tls.crt', 'tls.key'],
};

/** stringData is a way to write data without base64: it is never stored. */
function defaults(secret: JsonObject): void {
  setDefault(secret, 'type', 'Opaque');
  const plain = objectAt(secret, 'stringData');
  delete secret['stringData'];
  if (plain === undefined) return;
  const data = objectOrNew(secret, 'data');
  for (const key of Object.keys(plain)) data[key] = Buffer.from(stringAt(plain, key)).toString('base64');
}

function validate(secret: JsonObject): readonly FieldError[] {
  const errors = validateData(secret, [], ['data'], 'data');
  const type = textAt(secret, 'type');
  const data = objectAt(secret, 'data') ?? {};
  for (const key of (Object.hasOwn(requiredKeys, type) && requiredKeys[type]) || []) {
    if (!Object.hasOwn(data, key)) errors.push(requiredValue(`data[${key}]`));
  }
  if (type === 'kubernetes.io/basic-auth' && !['username', 'password'].some((key) => Object.hasOwn(data, key))) {
    errors.push(requiredValue('data[username]'), requiredValue('data[password]'));
  }
  if (
    type === 'kubernetes.io/service-account-token' &&
    textAt(secret, 'metadata', 'annotations', 'kubernetes.io/service-account.name') === ''
  ) {
    errors.push(requiredValue('metadata.annotations[kubernetes.io/service-account.name]'));
  }
  return errors;
}

export const secrets = defineKind({
  group: '',
  version: 'v1',
  kind: 'Secret',
  resource: 'secrets',
  singular: 'secret',
  shortNames: [],
  categories: [],
  namespaced: true,
  verbs: everyVerb,
  subresources: {},
  storagePrefix: 'secrets',
  fields: textFields('type'),
  columns: [
    nameColumn,
    column('Type', 'What the secret is for.', (secret) => textAt(secret, 'type')),
    column('Data', 'How many keys it has.', (secret) => sizeAt(secret, 'data')),
    ageColumn,
  ],
  strategy: genericStrategy({
    defaults,
    validate,
    validateChange: (secret, old) => [
      ...immutableField('type', textAt(secret, 'type'), textAt(secret, 'type') === textAt(old, 'type')),
      ...validateImmutable(secret, old, ['data']),
    ],
    validateName: nameIsDnsSubdomain,
  }),
});
