import type { LogOptions } from '../../locations/stream-options.ts';
import { type FieldError, forbiddenValue, invalidValue } from '../../machinery/field-error.ts';
import { badRequest, invalid } from '../../machinery/status-errors.ts';
import { canonicalTime, TimeError } from '../../machinery/time.ts';
import { flagIn, int64In } from './query-values.ts';

/**
 * v1.PodLogOptions of a query. `stream` belongs to an alpha feature and is refused, as where that is off.
 * @throws {ApiError} 400 for what cannot be read, 422 for what cannot be meant
 */
export function logOptionsOf(query: URLSearchParams, pod: string): LogOptions {
  const options: LogOptions = {
    container: query.get('container') ?? '',
    follow: flagIn(query, 'follow') === true,
    previous: flagIn(query, 'previous') === true,
    sinceSeconds: int64In(query, 'sinceSeconds'),
    sinceTime: timeIn(query, 'sinceTime'),
    timestamps: flagIn(query, 'timestamps') === true,
    tailLines: int64In(query, 'tailLines'),
    limitBytes: int64In(query, 'limitBytes'),
    insecureSkipTLSVerifyBackend: flagIn(query, 'insecureSkipTLSVerifyBackend') === true,
  };
  const errors = [
    ...errorsOf(options),
    ...(query.has('stream') ? [forbiddenValue('stream', 'may not be specified')] : []),
  ];
  if (errors.length > 0) throw invalid({ group: '', kind: 'PodLogOptions' }, pod, errors);
  return options;
}

function errorsOf({ tailLines, limitBytes, sinceSeconds, sinceTime }: LogOptions): FieldError[] {
  const errors: FieldError[] = [];
  const least = (field: string, value: number | bigint | undefined, min: number, why: string): void => {
    if (value !== undefined && value < min) errors.push(invalidValue(field, value, why));
  };
  least('tailLines', tailLines, 0, 'must be greater than or equal to 0');
  least('limitBytes', limitBytes, 1, 'must be greater than 0');
  if (sinceSeconds !== undefined && sinceTime !== undefined) {
    errors.push(forbiddenValue('[]', 'at most one of `sinceTime` or `sinceSeconds` may be specified'));
  } else least('sinceSeconds', sinceSeconds, 1, 'must be greater than 0');
  return errors;
}

/** The time that Go holds where none is set. */
const zeroTime = '0001-01-01T00:00:00Z';

function timeIn(query: URLSearchParams, name: string): string | undefined {
  const text = query.get(name);
  if (text === null) return undefined;
  if (text === '' || text === 'null') return zeroTime;
  try {
    return canonicalTime(text);
  } catch (error) {
    if (error instanceof TimeError) throw badRequest(error.message);
    throw error;
  }
}
