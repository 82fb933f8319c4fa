import type { FieldError } from '../../machinery/field-error.ts';
import { objectIn, objectsAt, textAt } from '../../machinery/json/json-path.ts';
import type { JsonObject } from '../../machinery/json-value.ts';
import { nameIsDnsSubdomain } from '../../machinery/validation/names.ts';
import { defineKind, type Kind } from '../kind.ts';
import { column, nameColumn } from '../printing/columns.ts';
import { labelText } from '../printing/label-text.ts';
import { genericStrategy } from '../strategy/generic-strategy.ts';
import type { PodTemplate } from '../types/core-v1.generated.ts';
import { everyVerb } from '../verb.ts';
import { defaultTemplate } from './pod-defaults.ts';
import type { PodRules } from './pod-rules.ts';
import { checkPodTemplate } from './pod-template-validation.ts';
import { podTemplateWarnings } from './pod-warnings.ts';
import { dropUnservedTemplateFields } from './unserved-pod-fields.ts';

const ofContainers = (field: string) => (template: JsonObject) =>
  objectsAt(template, 'template', 'spec', 'containers')
    .map((container) => textAt(container, field))
    .join(',');

/** Core `v1` PodTemplate. */
export const podTemplates = (rules: PodRules): Kind =>
  defineKind({
    group: '',
    version: 'v1',
    kind: 'PodTemplate',
    resource: 'podtemplates',
    singular: 'podtemplate',
    shortNames: [],
    categories: [],
    namespaced: true,
    verbs: everyVerb,
    subresources: {},
    storagePrefix: 'podtemplates',
    fields: {},
    columns: [
      nameColumn,
      column('Containers', 'Names of the containers in the template.', ofContainers('name')),
      column('Images', 'Images of the containers in the template.', ofContainers('image')),
      column('Pod Labels', 'Labels of pods made of it.', (template) =>
        labelText(objectIn(template, 'template', 'metadata', 'labels')),
      ),
    ],
    returnsDeletedObject: true,
    strategy: genericStrategy<PodTemplate>({
      defaults: (template) => defaultTemplate((template.template ??= {})),
      generationOf: [['template']],
      onCreate: ({ template }) => dropUnservedTemplateFields(template, undefined),
      onUpdate: ({ template }, old) => dropUnservedTemplateFields(template, old.template),
      validate({ template = {} }) {
        const errors: FieldError[] = [];
        checkPodTemplate(template, rules, 'template', errors);
        return errors;
      },
      validateName: nameIsDnsSubdomain,
      warningsOnCreate: ({ template }) => podTemplateWarnings(template, 'template'),
      warningsOnUpdate: ({ metadata, template }, old) =>
        metadata?.generation === old.metadata?.generation ? [] : podTemplateWarnings(template, 'template'),
    }),
  });
