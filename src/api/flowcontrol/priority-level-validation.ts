import {
  type FieldError,
  forbiddenValue,
  invalidValue,
  requiredValue,
  unsupportedValue,
} from '../../machinery/field-error.ts';
import type {
  ExemptPriorityLevelConfiguration,
  LimitedPriorityLevelConfiguration,
  LimitResponse,
  PriorityLevelConfigurationSpec,
  QueuingConfiguration,
} from '../types/flowcontrol-v1.generated.ts';

const types = ['Exempt', 'Limited'];
const responses = ['Queue', 'Reject'];
const maxQueues = 10_000_000;
/** Of the hash value by which requests are dealt to queues. */
const maxEntropyBits = 60;

/** What is wrong with the spec of the priority level of this name. */
export function validatePriorityLevelSpec(name: string, spec: PriorityLevelConfigurationSpec): FieldError[] {
  const { type = '', limited, exempt } = spec;
  const errors: FieldError[] = [];
  if ((name === 'exempt') !== (type === 'Exempt')) {
    errors.push(invalidValue('spec.type', type, "must be 'Exempt' if and only if `name` is 'exempt'"));
  }
  if (type === 'Exempt' && exempt !== undefined) checkShares(exempt, 'spec.exempt', errors);
  if (type === 'Limited' && limited !== undefined) checkLimited(limited, 'spec.limited', errors);
  if (type !== '' && !types.includes(type)) errors.push(unsupportedValue('spec.type', type, types));
  return errors;
}

/** What stands there and should not, or does not and should: told after everything else of the object. */
export function validateUnions({ type = '', limited, exempt }: PriorityLevelConfigurationSpec): FieldError[] {
  const errors: FieldError[] = [];
  if (type !== 'Exempt' && exempt !== undefined) errors.push(forbiddenValue('spec.exempt', ''));
  if (type !== 'Limited' && limited !== undefined) errors.push(forbiddenValue('spec.limited', ''));
  if (type === 'Limited' && limited === undefined) errors.push(requiredValue('spec.limited'));
  if (type === '') errors.push(requiredValue('spec.type'));
  if (limited === undefined) return errors;
  const { type: response = '', queuing } = limited.limitResponse ?? {};
  const path = 'spec.limited.limitResponse';
  if (response !== 'Queue' && queuing !== undefined) errors.push(forbiddenValue(`${path}.queuing`, ''));
  if (response === 'Queue' && queuing === undefined) errors.push(requiredValue(`${path}.queuing`));
  if (response === '') errors.push(requiredValue(`${path}.type`));
  return errors;
}

function checkShares(
  { nominalConcurrencyShares, lendablePercent }: ExemptPriorityLevelConfiguration,
  path: string,
  errors: FieldError[],
): void {
  checkCount(nominalConcurrencyShares, `${path}.nominalConcurrencyShares`, 'must be a non-negative integer', errors);
  checkPercent(lendablePercent, `${path}.lendablePercent`, errors);
}

function checkLimited(limited: LimitedPriorityLevelConfiguration, path: string, errors: FieldError[]): void {
  const { nominalConcurrencyShares, limitResponse = {}, lendablePercent, borrowingLimitPercent } = limited;
  checkCount(nominalConcurrencyShares, `${path}.nominalConcurrencyShares`, 'must be a non-negative integer', errors);
  checkResponse(limitResponse, `${path}.limitResponse`, errors);
  checkPercent(lendablePercent, `${path}.lendablePercent`, errors);
  const why = 'if specified, must be a non-negative integer';
  checkCount(borrowingLimitPercent, `${path}.borrowingLimitPercent`, why, errors);
}

function checkCount(value: number | null | undefined, path: string, why: string, errors: FieldError[]): void {
  if (value !== undefined && value !== null && value < 0) errors.push(invalidValue(path, value, why));
}

function checkPercent(value: number | undefined, path: string, errors: FieldError[]): void {
  if (value === undefined || (value >= 0 && value <= 100)) return;
  errors.push(invalidValue(path, value, 'must be between 0 and 100, inclusive'));
}

function checkResponse({ type = '', queuing }: LimitResponse, path: string, errors: FieldError[]): void {
  if (type === 'Queue') {
    if (queuing !== undefined) checkQueuing(queuing, `${path}.queuing`, errors);
  } else if (type !== '' && !responses.includes(type)) errors.push(unsupportedValue(`${path}.type`, type, responses));
}

function checkQueuing(queuing: QueuingConfiguration, path: string, errors: FieldError[]): void {
  const { queueLengthLimit = 0, queues = 0, handSize = 0 } = queuing;
  if (queueLengthLimit <= 0)
    errors.push(invalidValue(`${path}.queueLengthLimit`, queueLengthLimit, 'must be positive'));
  if (queues <= 0) errors.push(invalidValue(`${path}.queues`, queues, 'must be positive'));
  else if (queues > maxQueues) {
    errors.push(invalidValue(`${path}.queues`, queues, `must not be greater than ${maxQueues}`));
  }
  const hand = (why: string) => errors.push(invalidValue(`${path}.handSize`, handSize, why));
  if (handSize <= 0) hand('must be positive');
  else if (handSize > queues) hand(`should not be greater than queues (${queues})`);
  else if (Math.ceil(Math.log2(queues) * handSize) > maxEntropyBits) {
    hand(
      `required entropy bits of deckSize ${queues} and handSize ${handSize} should not be greater than ${maxEntropyBits}`,
    );
  }
}
