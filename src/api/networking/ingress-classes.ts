import {
  type FieldError,
  forbiddenValue,
  requiredValue,
  tooLong,
  unsupportedValue,
} from '../../machinery/field-error.ts';
import { objectIn, textAt } from '../../machinery/json/json-path.ts';
import { type JsonObject, stringAt } from '../../machinery/json-value.ts';
import { dns1123Label, dns1123Subdomain } from '../../machinery/validation/dns.ts';
import { validateDomainPath } from '../../machinery/validation/domains.ts';
import { nameIsDnsSubdomain } from '../../machinery/validation/names.ts';
import { pathSegmentName } from '../../machinery/validation/path-segment.ts';
import { validateImmutableField, validateText } from '../../machinery/validation/values.ts';
import { defineKind } from '../kind.ts';
import { ageColumn, column, nameColumn } from '../printing/columns.ts';
import { genericStrategy } from '../strategy/generic-strategy.ts';
import type { IngressClass, IngressClassParametersReference } from '../types/networking-v1.generated.ts';
import { everyVerb } from '../verb.ts';

/** `true`: the class of ingresses that name none. */
export const defaultClassAnnotation = 'ingressclass.kubernetes.io/is-default-class';

const maxControllerBytes = 250;
const scopes = ['Cluster', 'Namespace'];

/** What a schema can say, that something is required, is told last. */
function validate({ spec = {} }: IngressClass): FieldError[] {
  const { controller = '', parameters } = spec;
  const field = 'spec.controller';
  return [
    ...(Buffer.byteLength(controller) > maxControllerBytes ? [tooLong(field, maxControllerBytes)] : []),
    ...validateDomainPath(controller, field),
    ...(parameters === undefined ? [] : validateParameters(parameters, 'spec.parameters')),
  ];
}

function validateParameters(parameters: IngressClassParametersReference, path: string): FieldError[] {
  const { apiGroup, kind = '', name = '', scope } = parameters;
  return [
    ...(apiGroup === undefined ? [] : validateText(apiGroup, `${path}.apiGroup`, dns1123Subdomain)),
    ...validateText(kind, `${path}.kind`, pathSegmentName),
    ...validateText(name, `${path}.name`, pathSegmentName),
    ...(scope === undefined || scope === null
      ? [requiredValue(`${path}.scope`)]
      : validateScope(scope, parameters.namespace, path)),
    ...(kind === '' ? [requiredValue(`${path}.kind`)] : []),
    ...(name === '' ? [requiredValue(`${path}.name`)] : []),
  ];
}

function validateScope(scope: string, namespace: string | undefined, path: string): FieldError[] {
  if (!scopes.includes(scope)) return [unsupportedValue(`${path}.scope`, scope, scopes)];
  const field = `${path}.namespace`;
  if (scope === 'Cluster')
    return namespace === undefined ? [] : [forbiddenValue(field, "`parameters.scope` is set to 'Cluster'")];
  if (namespace === undefined) return [requiredValue(field, "`parameters.scope` is set to 'Namespace'")];
  return validateText(namespace, field, dns1123Label);
}

function className(ingressClass: JsonObject): string {
  const isDefault = textAt(ingressClass, 'metadata', 'annotations', defaultClassAnnotation) === 'true';
  return `${textAt(ingressClass, 'metadata', 'name')}${isDefault ? ' (default)' : ''}`;
}

function parametersText(ingressClass: JsonObject): string {
  const parameters = objectIn(ingressClass, 'spec', 'parameters');
  if (parameters === undefined) return '<none>';
  const group = typeof parameters['apiGroup'] === 'string' ? `.${parameters['apiGroup']}` : '';
  return `${stringAt(parameters, 'kind')}${group}/${stringAt(parameters, 'name')}`;
}

/** `networking.k8s.io/v1` IngressClass. */
export const ingressClasses = defineKind({
  group: 'networking.k8s.io',
  version: 'v1',
  kind: 'IngressClass',
  resource: 'ingressclasses',
  singular: 'ingressclass',
  shortNames: [],
  categories: [],
  namespaced: false,
  verbs: everyVerb,
  subresources: {},
  storagePrefix: 'ingressclasses',
  fields: {},
  columns: [
    { ...nameColumn, cell: className },
    column('Controller', 'Who handles ingresses of the class.', (ingressClass) =>
      textAt(ingressClass, 'spec', 'controller'),
    ),
    column('Parameters', 'An object with what else its controller needs.', parametersText),
    ageColumn,
  ],
  strategy: genericStrategy<IngressClass>({
    defaults({ spec }) {
      if (spec?.parameters !== undefined) spec.parameters.scope ??= 'Cluster';
    },
    generationOf: [['spec']],
    validateName: nameIsDnsSubdomain,
    validate,
    validateUpdate: (ingressClass, old) => [
      ...validateImmutableField(ingressClass.spec?.controller ?? '', old.spec?.controller ?? '', 'spec.controller'),
      ...validate(ingressClass),
    ],
  }),
});
