import type { PrinterColumn } from '../api/printing/printer-column.ts';
import type { ServedVersion } from '../api/served-version.ts';
import { encodeJson } from '../machinery/json/encode.ts';
import type { JsonObject, JsonValue } from '../machinery/json-value.ts';
import type { StoredObject } from '../translate/stored-object.ts';
import type { Transform } from './media-type.ts';
import { partialMetadata } from './partial-metadata.ts';
import { inVersion } from './versioned-object.ts';

export type IncludeObject = 'None' | 'Metadata' | 'Object';

export interface TableOptions {
  readonly version: Transform['version'];
  readonly includeObject: IncludeObject;
  /** `noHeaders` is no parameter: only watches leave the columns out, and then write null. */
}

/** `[{"name":…,"type":…,"format":…,"description":…,"priority":…}]`: metav1.TableColumnDefinition, all fields always there. */
export const columnDefinitions = (served: ServedVersion): string =>
  encodeJson(
    served.columns.map(({ name, type, format = '', description, priority = 0 }) => ({
      name,
      type,
      format,
      description,
      priority,
    })),
  );

/** What stands before the rows. `metadata` is the list's or the object's own, encoded; `columns` is null on later watch events. */
export const tableHead = (version: Transform['version'], metadata: string, columns: string): string =>
  `{"kind":"Table","apiVersion":"meta.k8s.io/${version}","metadata":${metadata},"columnDefinitions":${columns},"rows":[`;

export const tableTail = ']}';

/** One row, of the hub's object: cells are the same in all versions. `now` is milliseconds since the epoch. */
export function tableRow(served: ServedVersion, object: StoredObject, options: TableOptions, now: number): Buffer {
  return rowOf(served, object.parse(), rowObject(served, object, options), now);
}

/** The row of a parsed object; `shown`: what of it is shown with the row, encoded. */
export function rowOf(served: ServedVersion, object: JsonObject, shown: Buffer | undefined, now: number): Buffer {
  const cells = encodeJson(cellsOf(served.columns, object, now));
  const conditions = served.rowConditions?.(object) ?? [];
  const more = conditions.length === 0 ? '' : `,"conditions":${JSON.stringify(conditions)}`;
  const head = Buffer.from(`{"cells":${cells}${more},"object":`);
  return Buffer.concat([head, shown ?? Buffer.from('null'), Buffer.from('}')]);
}

function rowObject(
  served: ServedVersion,
  object: StoredObject,
  { includeObject, version }: TableOptions,
): Buffer | undefined {
  switch (includeObject) {
    case 'None':
      return undefined;
    case 'Metadata':
      return partialMetadata(object, version);
    case 'Object':
      return inVersion(served, object).bytes;
  }
}

/** What a column cannot make of an object is null: one odd object must not cost the client the whole list. */
const cellsOf = (columns: readonly PrinterColumn[], object: JsonObject, now: number): JsonValue[] =>
  columns.map(({ cell }) => {
    try {
      return cell(object, now);
    } catch (error) {
      if (error instanceof TypeError || error instanceof RangeError) return null;
      throw error;
    }
  });
