import {
  addInvalid,
  checkEach,
  type FieldError,
  forbiddenValue,
  invalidValue,
  requiredValue,
} from '../../machinery/field-error.ts';
import type { JsonValue } from '../../machinery/json-value.ts';
import { labelKey, labelValue } from '../../machinery/validation/label.ts';
import { metadataFields } from '../core/internal-structs.ts';
import type {
  FieldSelectorAttributes,
  LabelSelectorAttributes,
  NonResourceAttributes,
  ResourceAttributes,
  SubjectAccessReview,
  SubjectAccessReviewSpec,
} from '../types/authorization-v1.generated.ts';
import type { ObjectMeta } from '../types/meta-v1.generated.ts';

/** What is wrong with a question about somebody. */
export const validateReview = ({ metadata, spec = {} }: SubjectAccessReview): FieldError[] => [
  ...validateSubject(spec),
  ...validateMetadata(metadata, 'must be empty'),
];

/** About whoever asks. */
export const validateSelfReview = ({ metadata, spec = {} }: SubjectAccessReview): FieldError[] => [
  ...validateUnion(spec),
  ...validateAttributes(spec.resourceAttributes),
  ...validateMetadata(metadata, 'must be empty'),
];

/** About somebody in the namespace of the path. */
export function validateLocalReview({ metadata = {}, spec = {} }: SubjectAccessReview): FieldError[] {
  const { namespace = '', ...others } = metadata;
  const errors = validateSubject(spec);
  if (hasMore(others)) errors.push(shownMetadata(metadata, 'must be empty except for namespace'));
  const { resourceAttributes, nonResourceAttributes } = spec;
  const own = resourceAttributes?.namespace ?? '';
  if (resourceAttributes !== undefined && own !== namespace) {
    errors.push(invalidValue('spec.resourceAttributes.namespace', own, 'must match metadata.namespace'));
  }
  if (nonResourceAttributes !== undefined) {
    const why = 'disallowed on this kind of request';
    errors.push(invalidValue('spec.nonResourceAttributes', shown(nonResourceAttributes), why));
  }
  return errors;
}

function validateSubject(spec: SubjectAccessReviewSpec): FieldError[] {
  const { user = '', groups = [] } = spec;
  const errors = validateUnion(spec);
  if (user === '' && (groups ?? []).length === 0) {
    errors.push(invalidValue('spec.user', user, 'at least one of user or group must be specified'));
  }
  return [...errors, ...validateAttributes(spec.resourceAttributes)];
}

const shown = (asked: NonResourceAttributes | undefined): JsonValue =>
  asked === undefined ? null : { Path: asked.path ?? '', Verb: asked.verb ?? '' };

function validateUnion({ resourceAttributes, nonResourceAttributes }: SubjectAccessReviewSpec): FieldError[] {
  if ((resourceAttributes === undefined) !== (nonResourceAttributes === undefined)) return [];
  const why = 'exactly one of nonResourceAttributes or resourceAttributes must be specified';
  return [invalidValue('spec', shown(nonResourceAttributes), why)];
}

/** Who manages what the server says, and it need not be nothing. */
const hasMore = (metadata: ObjectMeta): boolean =>
  Object.entries(metadata).some(([field, value]) => field !== 'managedFields' && value !== null);

const shownMetadata = (metadata: ObjectMeta, why: string): FieldError =>
  invalidValue('metadata', metadataFields(metadata), why);

const validateMetadata = (metadata: ObjectMeta = {}, why: string): FieldError[] =>
  hasMore(metadata) ? [shownMetadata(metadata, why)] : [];

function validateAttributes(asked: ResourceAttributes | undefined): FieldError[] {
  const errors: FieldError[] = [];
  const path = 'spec.resourceAttributes';
  checkForm(asked?.fieldSelector, `${path}.fieldSelector`, errors);
  checkEach(asked?.fieldSelector?.requirements, `${path}.fieldSelector.requirements`, errors, (requirement, at) => {
    if ((requirement.key ?? '') === '') errors.push(requiredValue(`${at}.key`, 'must be specified'));
    checkCount(requirement.operator ?? '', requirement.values ?? [], at, errors);
  });
  checkForm(asked?.labelSelector, `${path}.labelSelector`, errors);
  checkEach(asked?.labelSelector?.requirements, `${path}.labelSelector.requirements`, errors, (requirement, at) => {
    const { key = '', operator = '', values } = requirement;
    checkCount(operator, values ?? [], at, errors);
    addInvalid(errors, `${at}.key`, key, labelKey(key));
    for (const [index, value] of (values ?? []).entries()) {
      addInvalid(errors, `${at}.values[${index}]`, value, labelValue(value));
    }
  });
  return errors;
}

/** A selector is a text or a list of requirements. */
function checkForm(
  selector: FieldSelectorAttributes | LabelSelectorAttributes | undefined,
  path: string,
  errors: FieldError[],
): void {
  if (selector === undefined) return;
  const { rawSelector = '', requirements = [] } = selector;
  if (rawSelector !== '' && requirements.length > 0) {
    const why = 'may not specified at the same time as requirements';
    errors.push(invalidValue(`${path}.rawSelector`, rawSelector, why));
  }
  if (rawSelector === '' && requirements.length === 0) {
    const why = `when ${path} is specified, requirements or rawSelector is required`;
    errors.push(requiredValue(`${path}.requirements`, why));
  }
}

/** An operator that nobody knows may be one of a newer client's. */
function checkCount(operator: string, values: readonly string[], path: string, errors: FieldError[]): void {
  const field = `${path}.values`;
  if (['In', 'NotIn'].includes(operator) && values.length === 0) {
    errors.push(requiredValue(field, "must be specified when `operator` is 'In' or 'NotIn'"));
  }
  if (['Exists', 'DoesNotExist'].includes(operator) && values.length > 0) {
    errors.push(forbiddenValue(field, "may not be specified when `operator` is 'Exists' or 'DoesNotExist'"));
  }
}
