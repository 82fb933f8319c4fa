import {
  checkEach,
  type FieldError,
  invalidField,
  invalidValue,
  unsupportedValue,
} from '../../machinery/field-error.ts';
import { jsonEqual } from '../../machinery/json/json-equal.ts';
import { checkConditions } from '../condition-validation.ts';
import type { PodCertificateRequest, PodCertificateRequestStatus } from '../types/certificates-v1.generated.ts';
import { validateIssued } from './issued-certificate-validation.ts';

/** How a request ends. One of them holds, once and for all. */
const ends = ['Issued', 'Denied', 'Failed'];

const isSo = ({ status }: PodCertificateRequest, ...types: readonly string[]): boolean =>
  (status?.conditions ?? []).some(({ type = '', status: holds }) => types.includes(type) && holds === 'True');

/** What is wrong with a change of a request's status. `now`: in milliseconds since the epoch. */
export function validatePodCertificateStatus(
  request: PodCertificateRequest,
  old: PodCertificateRequest,
  now: number,
): FieldError[] {
  const errors = wrongConditions(request.status ?? {});
  if (errors.length > 0) return errors;
  const unchanged = jsonEqual(request.status ?? {}, old.status ?? {});
  if (isSo(old, ...ends)) {
    return unchanged
      ? []
      : [invalidField('status', 'immutable after PodCertificateRequest is issued, denied, or failed')];
  }
  if (isSo(request, 'Denied', 'Failed')) {
    const { conditions: _, ...rest } = request.status ?? {};
    const why = 'non-condition status fields must be empty when denying or failing the PodCertificateRequest';
    return Object.keys(rest).length === 0 ? [] : [invalidField('status', why)];
  }
  if (isSo(request, 'Issued')) return validateIssued(request, now);
  const why = 'status is immutable unless transitioning to "Issued", "Denied", or "Failed"';
  return unchanged ? [] : [invalidField('status', why)];
}

function wrongConditions({ conditions }: PodCertificateRequestStatus): FieldError[] {
  const errors: FieldError[] = [];
  let known = 0;
  // The original puts a point before the place.
  checkEach(conditions, 'status.conditions', errors, ({ type = '', status = '' }, _, index) => {
    const at = `status.conditions.[${index}]`;
    if (!ends.includes(type)) {
      errors.push(unsupportedValue(`${at}.type`, type, ends));
      return;
    }
    known++;
    if (known > 1) {
      const why = 'There may be at most one condition with type "Issued", "Denied", or "Failed"';
      errors.push(invalidValue(`${at}.type`, type, why));
    }
    if (status !== 'True') errors.push(unsupportedValue(`${at}.status`, status, ['True']));
  });
  checkConditions(conditions, 'status.conditions', errors);
  return errors;
}
