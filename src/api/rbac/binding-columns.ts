import { objectsAt, textAt } from '../../machinery/json/json-path.ts';
import { type JsonObject, stringAt } from '../../machinery/json-value.ts';
import { ageColumn, column, nameColumn, wide } from '../printing/columns.ts';
import type { PrinterColumn } from '../printing/printer-column.ts';

const subjects = (kind: string, textOf: (subject: JsonObject) => string) => (binding: JsonObject) =>
  objectsAt(binding, 'subjects')
    .filter((subject) => stringAt(subject, 'kind') === kind)
    .map(textOf)
    .join(', ');

const nameOf = (subject: JsonObject): string => stringAt(subject, 'name');

/** What both kinds of bindings show. */
export const bindingColumns: readonly PrinterColumn[] = [
  nameColumn,
  column('Role', 'What is bound to the subjects.', (binding) =>
    [textAt(binding, 'roleRef', 'kind'), textAt(binding, 'roleRef', 'name')].join('/'),
  ),
  ageColumn,
  wide('Users', 'Users that may do it.', subjects('User', nameOf)),
  wide('Groups', 'Groups that may do it.', subjects('Group', nameOf)),
  wide(
    'ServiceAccounts',
    'Service accounts that may do it.',
    subjects('ServiceAccount', (subject) => `${stringAt(subject, 'namespace')}/${nameOf(subject)}`),
  ),
];
