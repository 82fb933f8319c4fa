import {
  duplicateValue,
  errorsOfEach,
  type FieldError,
  invalidValue,
  unsupportedValue,
} from '../../machinery/field-error.ts';
import { validateImmutableField } from '../../machinery/validation/values.ts';
import type { CSIDriver, TokenRequest } from '../types/storage-v1.generated.ts';

const groupPolicies = ['File', 'None', 'ReadWriteOnceWithFSType'];
const lifecycleModes = ['Persistent', 'Ephemeral'];

/** In seconds: ten minutes. */
const shortestExpiration = 600;
const longestExpiration = 2 ** 32;
/** In seconds. */
const shortestPeriod = 10;

/** After the defaults. */
export function validateDriver({ spec = {} }: CSIDriver): FieldError[] {
  const { fsGroupPolicy, tokenRequests = [], volumeLifecycleModes = [] } = spec;
  const { nodeAllocatableUpdatePeriodSeconds: period, serviceAccountTokenInSecrets: inSecrets } = spec;
  const errors: FieldError[] = [];
  if (fsGroupPolicy !== undefined && !groupPolicies.includes(fsGroupPolicy))
    errors.push(unsupportedValue('spec.fsGroupPolicy', fsGroupPolicy, groupPolicies));
  errors.push(...validateTokenRequests(tokenRequests));
  errors.push(
    ...errorsOfEach(volumeLifecycleModes, (mode) =>
      lifecycleModes.includes(mode) ? [] : [unsupportedValue('spec.volumeLifecycleModes', mode, lifecycleModes)],
    ),
  );
  if (period !== undefined && period < shortestPeriod) {
    const why = 'must be greater than or equal to 10 seconds';
    errors.push(invalidValue('spec.nodeAllocatableUpdatePeriodSeconds', period, why));
  }
  if (inSecrets !== undefined && tokenRequests.length === 0) {
    const why = 'serviceAccountTokenInSecrets is set but no tokenRequests are specified';
    errors.push(invalidValue('spec.serviceAccountTokenInSecrets', inSecrets, why));
  }
  return errors;
}

function validateTokenRequests(requests: readonly TokenRequest[]): FieldError[] {
  const audiences = new Set<string>();
  return errorsOfEach(requests, ({ audience = '', expirationSeconds: seconds }, index) => {
    const path = `spec.tokenRequests[${index}]`;
    if (audiences.has(audience)) return [duplicateValue(`${path}.audience`, audience)];
    audiences.add(audience);
    if (seconds === undefined) return [];
    const field = `${path}.expirationSeconds`;
    if (seconds < shortestExpiration)
      return [invalidValue(field, seconds, 'may not specify a duration less than 10 minutes')];
    return seconds > longestExpiration
      ? [invalidValue(field, seconds, 'may not specify a duration larger than 2^32 seconds')]
      : [];
  });
}

/** The path of the first is the original's. */
export const validateDriverChange = ({ spec = {} }: CSIDriver, { spec: old = {} }: CSIDriver): FieldError[] => [
  ...validateImmutableField(spec.attachRequired, old.attachRequired, 'spec.attachedRequired'),
  ...validateImmutableField(spec.volumeLifecycleModes, old.volumeLifecycleModes, 'spec.volumeLifecycleModes'),
];
