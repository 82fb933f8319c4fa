import { type FieldError, invalidValue, requiredValue } from '../../machinery/field-error.ts';
import { jsonEqual } from '../../machinery/json/json-equal.ts';
import { numberAt, objectsAt, textAt } from '../../machinery/json/json-path.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../../machinery/json-value.ts';
import { nameIsDnsSubdomain } from '../../machinery/validation/names.ts';
import { fieldIsImmutable } from '../../machinery/validation/values.ts';
import { checkCount } from '../core/workload.ts';
import { defineKind } from '../kind.ts';
import { ageColumn, column, nameColumn } from '../printing/columns.ts';
import { genericStrategy } from '../strategy/generic-strategy.ts';
import type { ControllerRevision } from '../types/apps-v1.generated.ts';
import { everyVerb } from '../verb.ts';

function validateRevision({ revision }: ControllerRevision): FieldError[] {
  const errors: FieldError[] = [];
  checkCount(revision, 'revision', errors);
  return errors;
}

function validateNew(revision: ControllerRevision): FieldError[] {
  const errors = validateRevision(revision);
  const data: JsonValue = revision.data ?? null;
  if (data === null) errors.push(requiredValue('data', 'data is mandatory'));
  else if (!isJsonObject(data)) errors.push(requiredValue('data', 'data must be a valid JSON object'));
  return errors;
}

/** `deployment.apps/web`: the controller that the revision is of. */
function controllerOf(revision: JsonObject): string {
  const owner = objectsAt(revision, 'metadata', 'ownerReferences').find(({ controller }) => controller === true);
  if (owner === undefined) return '<none>';
  const [group = '', version] = textAt(owner, 'apiVersion').split('/');
  const kind = `${textAt(owner, 'kind')}${version === undefined || group === '' ? '' : `.${group}`}`;
  return `${kind.toLowerCase()}/${textAt(owner, 'name')}`;
}

/** `apps/v1` ControllerRevision. */
export const controllerRevisions = defineKind({
  group: 'apps',
  version: 'v1',
  kind: 'ControllerRevision',
  resource: 'controllerrevisions',
  singular: 'controllerrevision',
  shortNames: [],
  categories: [],
  namespaced: true,
  verbs: everyVerb,
  subresources: {},
  storagePrefix: 'controllerrevisions',
  fields: {},
  columns: [
    nameColumn,
    column('Controller', 'The controller that the revision is of.', controllerOf),
    column('Revision', 'The number of the revision.', (revision) => numberAt(revision, 'revision')),
    ageColumn,
  ],
  strategy: genericStrategy<ControllerRevision>({
    validate: validateNew,
    validateUpdate: (revision, old) => [
      ...validateRevision(revision),
      ...(jsonEqual(revision.data ?? null, old.data ?? null)
        ? []
        : [invalidValue('data', revision.data ?? null, fieldIsImmutable)]),
    ],
    validateName: nameIsDnsSubdomain,
  }),
});
