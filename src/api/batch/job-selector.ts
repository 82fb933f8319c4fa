import { type FieldError, invalidValue, requiredValue } from '../../machinery/field-error.ts';
import { selects, shown } from '../core/workload.ts';
import type { Job } from '../types/batch-v1.generated.ts';
import { isReadable } from './job-validation.ts';

const legacyUid = 'controller-uid';
const legacyName = 'job-name';
const uidLabel = 'batch.kubernetes.io/controller-uid';
const nameLabel = 'batch.kubernetes.io/job-name';

/** A job finds its pods by its own uid, unless it says that it does so by a selector of its own. */
export function generateSelector({ metadata = {}, spec = {} }: Job): void {
  if (spec.manualSelector === true) return;
  const { name = '', uid = '' } = metadata;
  const template = (spec.template ??= {});
  const labels = ((template.metadata ??= {}).labels ??= {});
  for (const [label, value] of labelsOf(name, uid)) if (!Object.hasOwn(labels, label)) labels[label] = value;
  const wanted = ((spec.selector ??= {}).matchLabels ??= {});
  if (!Object.hasOwn(wanted, uidLabel)) wanted[uidLabel] = uid;
}

const labelsOf = (name: string, uid: string) =>
  [
    [legacyName, name],
    [nameLabel, name],
    [legacyUid, uid],
    [uidLabel, uid],
  ] as const;

/** Adds to `errors` when somebody else's labels stand where the job's should be. */
export function checkGeneratedSelector({ metadata = {}, spec = {} }: Job, errors: FieldError[]): void {
  const { selector, template } = spec;
  if (spec.manualSelector === true || selector === undefined) return;
  const { name = '', uid = '' } = metadata;
  const own = labelsOf(name, uid);
  const labels = template?.metadata?.labels;
  for (const wanted of [legacyUid, legacyName, uidLabel, nameLabel]) {
    const value = own.find(([label]) => label === wanted)?.[1] ?? '';
    const field = `spec.template.metadata.labels[${wanted}]`;
    const why = `must be '${value}'`;
    if (labels === undefined || !Object.hasOwn(labels, wanted)) errors.push(requiredValue(field, why));
    else if (labels[wanted] !== value) errors.push(invalidValue(field, shown(labels), why));
  }
  if (isReadable(selector) && !selects(selector, Object.fromEntries(own))) {
    errors.push(invalidValue('spec.selector', shown(selector), '`selector` not auto-generated'));
  }
}
