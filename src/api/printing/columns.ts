import { objectsAt, textAt } from '../../machinery/json/json-path.ts';
import type { JsonObject } from '../../machinery/json-value.ts';
import { ageSince } from './aging-text.ts';
import type { PrinterColumn } from './printer-column.ts';

type CellOf = PrinterColumn['cell'];
type More = { readonly type?: PrinterColumn['type']; readonly format?: string };

/** A column that every `kubectl get` shows. */
export const column = (name: string, description: string, cell: CellOf, more: More = {}): PrinterColumn => ({
  name,
  type: 'string',
  description,
  cell,
  ...more,
});

/** A column that only `-o wide` shows. */
export const wide = (name: string, description: string, cell: CellOf, more: More = {}): PrinterColumn => ({
  ...column(name, description, cell, more),
  priority: 1,
});

const nameOf = (object: JsonObject) => textAt(object, 'metadata', 'name');

export const nameColumn = column('Name', 'The name of the object.', nameOf, { format: 'name' });

export const ageColumn = column('Age', 'Time since the object was created.', (object) =>
  ageSince(textAt(object, 'metadata', 'creationTimestamp')),
);

/** Of kinds that the original prints as it prints what it knows nothing of: the time itself. */
export const createdAtColumn = column(
  'Created At',
  'When the object was created.',
  (object) => textAt(object, 'metadata', 'creationTimestamp'),
  { type: 'date' },
);

/** Columns for the containers of a pod template, whose pod spec lies under `path`. */
export const containerColumns = (...path: readonly string[]): readonly PrinterColumn[] => [
  wide('Containers', 'Names of the containers in the template.', (object) =>
    objectsAt(object, ...path, 'containers')
      .map((container) => textAt(container, 'name'))
      .join(','),
  ),
  wide('Images', 'Images of the containers in the template.', (object) =>
    objectsAt(object, ...path, 'containers')
      .map((container) => textAt(container, 'image'))
      .join(','),
  ),
];
