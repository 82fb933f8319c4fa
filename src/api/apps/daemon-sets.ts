import { jsonEqual } from '../../machinery/json/json-equal.ts';
import { numberAt, objectIn, textAt, valueAt } from '../../machinery/json/json-path.ts';
import type { JsonObject } from '../../machinery/json-value.ts';
import { nameIsDnsSubdomain } from '../../machinery/validation/names.ts';
import { defaultTemplate } from '../core/pod-defaults.ts';
import { templateWarnings } from '../core/pod-warnings.ts';
import { defineKind } from '../kind.ts';
import { ageColumn, column, containerColumns, nameColumn, wide } from '../printing/columns.ts';
import { labelText, selectorText } from '../printing/label-text.ts';
import type { PrinterColumn } from '../printing/printer-column.ts';
import { genericStrategy } from '../strategy/generic-strategy.ts';
import { objectOrNew, setDefault } from '../strategy/set-default.ts';
import { everyVerb, statusSubresource } from '../verb.ts';
import { validateSameSelector, validateSelector } from './workload.ts';

function defaults(set: JsonObject): void {
  const spec = objectOrNew(set, 'spec');
  setDefault(spec, 'revisionHistoryLimit', 10);
  const strategy = objectOrNew(spec, 'updateStrategy');
  setDefault(strategy, 'type', 'RollingUpdate');
  if (strategy['type'] === 'RollingUpdate') {
    const rolling = objectOrNew(strategy, 'rollingUpdate');
    setDefault(rolling, 'maxUnavailable', 1);
    setDefault(rolling, 'maxSurge', 0);
  }
  defaultTemplate(set);
}

/** Once a field of its own, that counted changes of the template: clients of that time read it here. */
const generationAnnotation = 'deprecated.daemonset.template.generation';

const templateGeneration = (set: JsonObject): number =>
  Number(/^\d{1,15}$/.exec(textAt(set, 'metadata', 'annotations', generationAnnotation))?.[0] ?? 0);

function setTemplateGeneration(set: JsonObject, generation: number): void {
  objectOrNew(objectOrNew(set, 'metadata'), 'annotations')[generationAnnotation] = String(generation);
}

const sameTemplate = (set: JsonObject, old: JsonObject): boolean =>
  jsonEqual(valueAt(set, 'spec', 'template'), valueAt(old, 'spec', 'template'));

const count = (name: string, description: string, key: string): PrinterColumn =>
  column(name, description, (set) => numberAt(set, 'status', key), { type: 'integer' });

export const daemonSets = defineKind({
  group: 'apps',
  version: 'v1',
  kind: 'DaemonSet',
  resource: 'daemonsets',
  singular: 'daemonset',
  shortNames: ['ds'],
  categories: ['all'],
  namespaced: true,
  verbs: everyVerb,
  subresources: statusSubresource,
  storagePrefix: 'daemonsets',
  fields: {},
  columns: [
    nameColumn,
    count('Desired', 'Nodes that should run its pod.', 'desiredNumberScheduled'),
    count('Current', 'Nodes that do and should.', 'currentNumberScheduled'),
    count('Ready', 'Nodes where its pod is ready.', 'numberReady'),
    count('Up-to-date', 'Nodes with a pod of the present template.', 'updatedNumberScheduled'),
    count('Available', 'Nodes where its pod was ready for long enough.', 'numberAvailable'),
    column('Node Selector', 'Labels of the nodes it is for.', (set) =>
      labelText(objectIn(set, 'spec', 'template', 'spec', 'nodeSelector')),
    ),
    ageColumn,
    ...containerColumns('spec', 'template', 'spec'),
    wide('Selector', 'Labels of its pods.', (set) => selectorText(objectIn(set, 'spec')) || '<none>'),
  ],
  strategy: genericStrategy({
    defaults,
    initialStatus: () => ({
      currentNumberScheduled: 0,
      numberMisscheduled: 0,
      desiredNumberScheduled: 0,
      numberReady: 0,
    }),
    generationOf: [['spec']],
    onCreate: (set) => setTemplateGeneration(set, Math.max(1, templateGeneration(set))),
    onUpdate(set, old) {
      const changed = !sameTemplate(set, old);
      setTemplateGeneration(set, templateGeneration(old) + (changed ? 1 : 0));
    },
    onStatusUpdate: (set, old) => setTemplateGeneration(set, templateGeneration(old)),
    validate: validateSelector('daemonset'),
    validateChange: validateSameSelector,
    validateName: nameIsDnsSubdomain,
    warningsOnCreate: templateWarnings,
    warningsOnUpdate: (set, old) => (sameTemplate(set, old) ? [] : templateWarnings(set)),
  }),
});
