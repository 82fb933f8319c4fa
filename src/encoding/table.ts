import type { Served } from '../api/served-version.ts';
import { encodeJson } from '../machinery/json/encode.ts';
import type { StoredObject } from '../translate/stored-object.ts';
import type { Transform } from './media-type.ts';
import { partialMetadataOpening } from './partial-metadata.ts';
import type { TableRow } from './table-row.ts';
import { inVersion } from './versioned-object.ts';

export type IncludeObject = 'None' | 'Metadata' | 'Object';

export interface TableOptions {
  readonly version: Transform['version'];
  readonly includeObject: IncludeObject;
  /** `noHeaders` is no parameter: only watches leave the columns out, and then write null. */
}

const definitions = new WeakMap<Served, string>();

/** `[{"name":…,"type":…,"format":…,"description":…,"priority":…}]`: metav1.TableColumnDefinition, all fields always there. */
export function columnDefinitions(served: Served): string {
  let encoded = definitions.get(served);
  if (encoded === undefined) {
    encoded = encodeJson(
      served.columns
        .filter(({ unlisted }) => unlisted !== true)
        .map(({ name, type, format = '', description, priority = 0 }) => ({
          name,
          type,
          format,
          description,
          priority,
        })),
    );
    definitions.set(served, encoded);
  }
  return encoded;
}

/** What stands before the rows. `metadata` is the list's or the object's own, encoded; `columns` is null on later watch events. */
export const tableHead = (version: Transform['version'], metadata: string, columns: string): string =>
  `{"kind":"Table","apiVersion":"meta.k8s.io/${version}","metadata":${metadata},"columnDefinitions":${columns},"rows":[`;

export const tableTail = ']}';

/** What a row shows of its object: the bytes from `start` to `end`, between two texts of ASCII. */
export interface Shown {
  readonly opening: string;
  readonly bytes: Buffer;
  readonly start: number;
  readonly end: number;
  readonly closing: string;
}

const nothing = Buffer.alloc(0);

/** How rows show their objects, with what closes the row. */
export function shownBy(served: Served, options: TableOptions): (object: StoredObject, row: TableRow) => Shown {
  const { includeObject, version } = options;
  switch (includeObject) {
    case 'None':
      return () => ({ opening: 'null', bytes: nothing, start: 0, end: 0, closing: '}' });
    case 'Metadata': {
      const opening = partialMetadataOpening(version);
      return ({ bytes, itemStart }, { metadataEnd }) => ({
        opening,
        bytes,
        start: itemStart,
        end: metadataEnd,
        closing: '}}',
      });
    }
    case 'Object':
      return (object) => {
        const { bytes } = inVersion(served, object);
        return { opening: '', bytes, start: 0, end: bytes.length, closing: '}' };
      };
  }
}

/** One whole row between two texts, a character for each byte. `now` is milliseconds since the epoch. */
export function tableRow(row: TableRow, shown: Shown, now: number, before = '', after = ''): Buffer {
  const { bytes, start, end } = shown;
  const opening = before + row.text(now) + shown.opening;
  const closing = shown.closing + after;
  const whole = Buffer.allocUnsafe(opening.length + end - start + closing.length);
  let at = whole.write(opening, 'latin1');
  at += bytes.copy(whole, at, start, end);
  whole.write(closing, at, 'latin1');
  return whole;
}
