import type { FieldError } from '../../machinery/field-error.ts';
import { invalidValue, requiredValue } from '../../machinery/field-error.ts';
import { sizeAt, textAt } from '../../machinery/json/json-path.ts';
import { nameIsDnsSubdomain } from '../../machinery/validation/names.ts';
import { validateImmutableField } from '../../machinery/validation/values.ts';
import { defineKind } from '../kind.ts';
import { ageColumn, column, nameColumn } from '../printing/columns.ts';
import { textFields } from '../selectable-fields.ts';
import { genericStrategy } from '../strategy/generic-strategy.ts';
import type { Secret } from '../types/core-v1.generated.ts';
import { everyVerb } from '../verb.ts';
import { validateData, validateImmutable } from './data-keys.ts';
import { wrongDockerConfig } from './docker-config.ts';
import { wrongTlsPair } from './tls-pair.ts';

const dockerConfigs: Readonly<Record<string, string>> = {
  'kubernetes.io/dockercfg': '.dockercfg',
  'kubernetes.io/dockerconfigjson': '.dockerconfigjson',
};

/** stringData is a way to write data without base64: it is never stored. */
function defaults(secret: Secret): void {
  secret.type ||= 'Opaque';
  const { stringData } = secret;
  delete secret.stringData;
  if (stringData === undefined) return;
  secret.data ??= {};
  for (const [key, text] of Object.entries(stringData)) secret.data[key] = Buffer.from(text).toString('base64');
}

const textOf = (base64: string | undefined): string => Buffer.from(base64 ?? '', 'base64').toString();

function validate(secret: Secret): readonly FieldError[] {
  return [...validateData(secret, [], ['data'], 'data'), ...validateType(secret)];
}

/** Keys without which a secret of a type is of no use to anybody. */
function validateType({ type = '', data = {}, metadata }: Secret): FieldError[] {
  const has = (key: string) => Object.hasOwn(data, key);
  const missing = (...keys: string[]) => keys.filter((key) => !has(key)).map((key) => requiredValue(`data[${key}]`));
  const config = Object.hasOwn(dockerConfigs, type) ? dockerConfigs[type] : undefined;
  if (config !== undefined) {
    if (!has(config)) return missing(config);
    const why = wrongDockerConfig(textOf(data[config]));
    return why === undefined ? [] : [invalidValue(`data[${config}]`, '<secret contents redacted>', why)];
  }
  switch (type) {
    case 'kubernetes.io/service-account-token': {
      const account = 'kubernetes.io/service-account.name';
      return (metadata?.annotations?.[account] ?? '') === '' ? [requiredValue(`metadata.annotations[${account}]`)] : [];
    }
    case 'kubernetes.io/basic-auth':
      return has('username') || has('password') ? [] : missing('username', 'password');
    case 'kubernetes.io/ssh-auth':
      return (data['ssh-privatekey'] ?? '') === '' ? [requiredValue('data[ssh-privatekey]')] : [];
    case 'kubernetes.io/tls':
      return missing('tls.crt', 'tls.key');
    default:
      return [];
  }
}

function warnings({ type, data = {} }: Secret): readonly string[] {
  if (type !== 'kubernetes.io/tls') return [];
  const why = wrongTlsPair(textOf(data['tls.crt']), textOf(data['tls.key']));
  return why === undefined ? [] : [why];
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
  strategy: genericStrategy<Secret>({
    defaults,
    validate,
    validateUpdate: (secret, old) => [
      ...validateImmutableField(secret.type, old.type, 'type'),
      ...validateImmutable(secret, old, ['data']),
      ...validate(secret),
    ],
    validateName: nameIsDnsSubdomain,
    warningsOnCreate: warnings,
    warningsOnUpdate: warnings,
  }),
});
