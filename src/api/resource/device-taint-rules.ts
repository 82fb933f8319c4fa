import { type FieldError, tooMany } from '../../machinery/field-error.ts';
import { textAt } from '../../machinery/json/json-path.ts';
import { timeText } from '../../machinery/time.ts';
import { nameIsDnsSubdomain } from '../../machinery/validation/names.ts';
import { RuleErrors } from '../../machinery/validation/rule-errors.ts';
import { checkConditions } from '../condition-validation.ts';
import { defineKind, type Kind } from '../kind.ts';
import { ageSince } from '../printing/aging-text.ts';
import { ageColumn, column, nameColumn } from '../printing/columns.ts';
import { genericStrategy } from '../strategy/generic-strategy.ts';
import { keepMetadata, metadataReset } from '../strategy/status-metadata.ts';
import type { DeviceTaintRule } from '../types/resource-v1.generated.ts';
import { everyVerb, statusSubresource } from '../verb.ts';
import { checkDeviceTaint } from './device-taints.ts';
import { checkDriverName, checkLabelName, checkPoolName } from './resource-names.ts';

const maxConditions = 8;

function validate({ spec = {} }: DeviceTaintRule, old?: DeviceTaintRule): FieldError[] {
  const errors = new RuleErrors();
  const { driver, pool, device } = spec.deviceSelector ?? {};
  const at = 'spec.deviceSelector';
  if (driver !== undefined) checkDriverName(driver, `${at}.driver`, errors.written);
  if (pool !== undefined) checkPoolName(pool, `${at}.pool`, errors.written);
  if (device !== undefined) checkLabelName(device, `${at}.device`, errors.written);
  checkDeviceTaint(spec.taint ?? {}, 'spec.taint', errors, old === undefined ? undefined : (old.spec?.taint ?? {}));
  return errors.all;
}

function validateStatus({ status }: DeviceTaintRule): FieldError[] {
  const errors: FieldError[] = [];
  const conditions = status?.conditions ?? [];
  checkConditions(conditions, 'status.conditions', errors);
  if (conditions.length > maxConditions) {
    errors.push(tooMany('status.conditions', conditions.length, maxConditions));
  }
  return errors;
}

const taintText = (field: string) => (rule: Parameters<typeof textAt>[0]) => textAt(rule, 'spec', 'taint', field);

/** `resource.k8s.io/v1` DeviceTaintRule. `now`: in milliseconds since the epoch. */
export const deviceTaintRules = (now: () => number): Kind =>
  defineKind({
    group: 'resource.k8s.io',
    version: 'v1',
    kind: 'DeviceTaintRule',
    resource: 'devicetaintrules',
    singular: 'devicetaintrule',
    shortNames: [],
    categories: [],
    namespaced: false,
    verbs: everyVerb,
    subresources: statusSubresource,
    storagePrefix: 'devicetaintrules',
    alikeVersions: ['resource.k8s.io/v1beta2', 'resource.k8s.io/v1alpha3'],
    fields: {},
    columns: [
      nameColumn,
      column('Key', 'Key of the taint.', taintText('key')),
      column('Value', 'Value of the taint.', taintText('value')),
      column('Effect', 'Effect of the taint.', taintText('effect')),
      column('TimeAdded', 'Time since the taint was added.', (rule) => ageSince(taintText('timeAdded')(rule))),
      ageColumn,
    ],
    strategy: genericStrategy<DeviceTaintRule>({
      defaults({ spec }) {
        if (spec?.taint !== undefined) spec.taint.timeAdded ??= timeText(now());
      },
      initialStatus: () => ({}),
      generationOf: [['spec']],
      onUpdate({ spec }, old) {
        const [taint, before] = [spec?.taint, old.spec?.taint];
        // Another effect begins now, unless somebody says when.
        const begins = taint?.effect !== before?.effect && taint?.timeAdded === before?.timeAdded;
        if (taint !== undefined && begins) taint.timeAdded = timeText(now());
      },
      validateName: nameIsDnsSubdomain,
      validate: (rule) => validate(rule),
      validateUpdate: validate,
      statusResets: metadataReset,
      onStatusUpdate: keepMetadata,
      validateStatus,
      allowUnconditionalUpdate: false,
    }),
  });
