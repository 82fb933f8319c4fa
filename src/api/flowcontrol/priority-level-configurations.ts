import { type FieldError, forbiddenValue, invalidValue } from '../../machinery/field-error.ts';
import { jsonEqual } from '../../machinery/json/json-equal.ts';
import { numberAt, objectIn, textAt } from '../../machinery/json/json-path.ts';
import type { JsonObject } from '../../machinery/json-value.ts';
import { nameIsDnsSubdomain } from '../../machinery/validation/names.ts';
import { internalStruct } from '../core/internal-structs.ts';
import { defineKind } from '../kind.ts';
import { ageColumn, column, nameColumn } from '../printing/columns.ts';
import { genericStrategy } from '../strategy/generic-strategy.ts';
import { keepMetadata, metadataReset } from '../strategy/status-metadata.ts';
import type { PriorityLevelConfiguration, PriorityLevelConfigurationSpec } from '../types/flowcontrol-v1.generated.ts';
import { everyVerb, statusSubresource } from '../verb.ts';
import { bootstrapFlowControl, isMandatory, significant } from './bootstrap-flow-control.ts';
import { validateTypes } from './flow-control-status.ts';
import { validatePriorityLevelSpec, validateUnions } from './priority-level-validation.ts';

function defaults(level: PriorityLevelConfiguration): void {
  const { exempt, limited } = (level.spec ??= {});
  if (exempt !== undefined) {
    exempt.nominalConcurrencyShares ??= 0;
    exempt.lendablePercent ??= 0;
  }
  if (limited === undefined) return;
  limited.nominalConcurrencyShares ??= 30;
  limited.lendablePercent ??= 0;
  const queuing = limited.limitResponse?.queuing;
  if (queuing === undefined) return;
  queuing.handSize ||= 8;
  queuing.queues ||= 64;
  queuing.queueLengthLimit ||= 50;
}

/** Of a version that is served no more. */
const forbiddenAnnotation = 'flowcontrol.k8s.io/v1beta3-preserve-zero-concurrency-shares';

function validate({ metadata, spec = {}, status }: PriorityLevelConfiguration): FieldError[] {
  const name = metadata?.name ?? '';
  const annotated = Object.hasOwn(metadata?.annotations ?? {}, forbiddenAnnotation);
  return [
    ...(annotated ? [forbiddenValue('metadata.annotations', `annotation '${forbiddenAnnotation}' is forbidden`)] : []),
    ...validatePriorityLevelSpec(name, spec),
    ...validateFixed(name, spec),
    ...validateTypes(status?.conditions),
    ...validateUnions(spec),
  ];
}

/** How much of the server exempt requests get may be changed, and nothing else of what has to be there. */
function validateFixed(name: string, spec: PriorityLevelConfigurationSpec): FieldError[] {
  const fixed = isMandatory(name) ? bootstrapFlowControl().priorityLevels[name] : undefined;
  if (fixed === undefined) return [];
  const { exempt } = fixed;
  const compared = name === 'exempt' && exempt !== undefined ? { ...spec, exempt } : spec;
  if (jsonEqual(significant(compared), significant(fixed))) return [];
  const but = name === 'exempt' ? " except the 'spec.exempt' field" : '';
  const shown = internalStruct('PriorityLevelConfigurationSpec', spec);
  return [invalidValue('spec', shown, `spec of '${name}'${but} must equal the fixed value`)];
}

const queuing = ['spec', 'limited', 'limitResponse', 'queuing'];

const queuingCell = (field: string) => (level: JsonObject) =>
  objectIn(level, ...queuing) === undefined ? '<none>' : numberAt(level, ...queuing, field);

/** `flowcontrol.apiserver.k8s.io/v1` PriorityLevelConfiguration. */
export const priorityLevelConfigurations = defineKind({
  group: 'flowcontrol.apiserver.k8s.io',
  version: 'v1',
  kind: 'PriorityLevelConfiguration',
  resource: 'prioritylevelconfigurations',
  singular: 'prioritylevelconfiguration',
  shortNames: [],
  categories: [],
  namespaced: false,
  verbs: everyVerb,
  subresources: statusSubresource,
  storagePrefix: 'prioritylevelconfigurations',
  fields: {},
  columns: [
    nameColumn,
    column('Type', 'Whether its requests are limited.', (level) => textAt(level, 'spec', 'type')),
    column('NominalConcurrencyShares', 'How much of the server is for its requests, beside others.', (level) =>
      objectIn(level, 'spec', 'limited') === undefined
        ? '<none>'
        : numberAt(level, 'spec', 'limited', 'nominalConcurrencyShares'),
    ),
    column('Queues', 'In how many queues its requests wait.', queuingCell('queues')),
    column('HandSize', 'Among how many queues each flow chooses.', queuingCell('handSize')),
    column('QueueLengthLimit', 'How many requests wait in a queue.', queuingCell('queueLengthLimit')),
    ageColumn,
  ],
  strategy: genericStrategy<PriorityLevelConfiguration>({
    defaults,
    initialStatus: () => ({}),
    generationOf: [['spec']],
    validate,
    validateStatus: ({ status }) => validateTypes(status?.conditions),
    validateName: nameIsDnsSubdomain,
    onStatusUpdate: keepMetadata,
    statusResets: metadataReset,
  }),
});
