import { duplicateValue, type FieldError, invalidValue, requiredValue } from '../../machinery/field-error.ts';
import { textAt } from '../../machinery/json/json-path.ts';
import { dns1123Label } from '../../machinery/validation/dns.ts';
import { checkLabels } from '../../machinery/validation/labels.ts';
import { nameIsDnsSubdomain } from '../../machinery/validation/names.ts';
import { fieldIsImmutable, validateText } from '../../machinery/validation/values.ts';
import { internalStruct } from '../core/internal-structs.ts';
import { deprecatedNodeLabel } from '../core/node-labels.ts';
import { checkContainerResources } from '../core/resources.ts';
import { checkTolerations } from '../core/tolerations.ts';
import { defineKind } from '../kind.ts';
import { ageColumn, column, nameColumn } from '../printing/columns.ts';
import { genericStrategy } from '../strategy/generic-strategy.ts';
import type { Toleration } from '../types/core-v1.generated.ts';
import type { RuntimeClass } from '../types/node-v1.generated.ts';
import { everyVerb } from '../verb.ts';

function validate({ overhead, scheduling }: RuntimeClass): FieldError[] {
  const errors: FieldError[] = [];
  if (overhead?.podFixed !== undefined)
    checkContainerResources({ limits: overhead.podFixed }, new Set(), 'overhead', errors);
  if (scheduling === undefined) return errors;
  checkLabels(scheduling.nodeSelector, 'scheduling.nodeSelector', errors);
  checkTolerations(scheduling.tolerations, 'scheduling.tolerations', errors);
  return [...errors, ...duplicateTolerations(scheduling.tolerations ?? [], 'scheduling.tolerations')];
}

/** How long they last does not make two of them. */
function duplicateTolerations(tolerations: readonly Toleration[], path: string): FieldError[] {
  const seen = new Set<string>();
  return tolerations.flatMap((toleration, index) => {
    const { key = '', operator = '', value = '', effect = '' } = toleration;
    const said = JSON.stringify([key, operator, value, effect]);
    const again = seen.has(said);
    seen.add(said);
    return again ? [duplicateValue(`${path}[${index}]`, internalStruct('Toleration', toleration))] : [];
  });
}

/** `unit`: what the original counts: one thing in a create, and another in an update. */
const validateHandler = ({ handler = '' }: RuntimeClass, unit: 'bytes' | 'characters'): FieldError[] =>
  handler === '' ? [] : validateText(handler, 'handler', (text) => dns1123Label(text, unit));

const missingHandler = ({ handler = '' }: RuntimeClass): FieldError[] =>
  handler === '' ? [requiredValue('handler')] : [];

/** A handler that is another is looked at first, and that it may not be another is told last. */
function validateUpdate(runtimeClass: RuntimeClass, old: RuntimeClass): FieldError[] {
  const isSame = (runtimeClass.handler ?? '') === (old.handler ?? '');
  return [
    ...validateHandler(runtimeClass, 'characters'),
    ...validate(runtimeClass),
    ...(isSame ? [] : [invalidValue('handler', null, fieldIsImmutable)]),
    ...missingHandler(runtimeClass),
  ];
}

const warnings = ({ scheduling }: RuntimeClass): string[] =>
  Object.keys(scheduling?.nodeSelector ?? {}).flatMap((label) => {
    const message = deprecatedNodeLabel(label);
    return message === undefined ? [] : [`scheduling.nodeSelector: ${message}`];
  });

export const runtimeClasses = defineKind({
  group: 'node.k8s.io',
  version: 'v1',
  kind: 'RuntimeClass',
  resource: 'runtimeclasses',
  singular: 'runtimeclass',
  shortNames: [],
  categories: [],
  namespaced: false,
  verbs: everyVerb,
  subresources: {},
  storagePrefix: 'runtimeclasses',
  fields: {},
  columns: [
    nameColumn,
    column('Handler', 'What runs its pods.', (runtimeClass) => textAt(runtimeClass, 'handler')),
    ageColumn,
  ],
  strategy: genericStrategy<RuntimeClass>({
    validate: (runtimeClass) => [
      ...validate(runtimeClass),
      ...validateHandler(runtimeClass, 'bytes'),
      ...missingHandler(runtimeClass),
    ],
    validateUpdate,
    validateName: nameIsDnsSubdomain,
    warningsOnCreate: warnings,
    warningsOnUpdate: warnings,
    allowCreateOnUpdate: true,
    allowAnyFinalizer: true,
    allowUnconditionalUpdate: false,
  }),
});
