import type { ServedVersion } from '../api/served-version.ts';
import type { Clock } from '../base/clock.ts';
import type { EventType, View } from '../dispatch/view.ts';
import { apiVersionOf } from '../machinery/gvk.ts';
import { bookmarkMetadata, zeroFieldsOf } from './bookmark-object.ts';
import { errorFrame } from './frame.ts';
import { columnDefinitions, type Shown, shownBy, type TableOptions, tableHead, tableRow, tableTail } from './table.ts';
import { rowOf } from './table-row.ts';
import type { TableRows } from './table-rows.ts';
import { clientShapeOf } from './versioned-object.ts';

const frameTail = `${tableTail}}\n`;

/** Events whose object is a Table of one row. The columns are named in the first frame of a watch only. */
export function tableView(served: ServedVersion, options: TableOptions, clock: Clock, rows: TableRows): View {
  const { version, includeObject } = options;
  const columns = Buffer.from(columnDefinitions(served)).toString('latin1');
  const rowFor = rows.of(served, 1);
  const shownOf = shownBy(served, options);
  const before = (type: EventType | 'BOOKMARK', revision: number, first: boolean): string =>
    `{"type":"${type}","object":${tableHead(version, `{"resourceVersion":"${revision}"}`, first ? columns : 'null')}`;

  return {
    id: `table/${version}/${includeObject} ${apiVersionOf(served)}`,
    firstDiffers: true,
    event(type, object, first) {
      const row = rowFor(object);
      return tableRow(row, shownOf(object, row), clock.wallTime(), before(type, object.revision, first), frameTail);
    },
    bookmark(revision, initialEventsEnd, first) {
      const row = rowOf(served, { metadata: {} }, 0);
      const shown = shownOfBookmark(bookmarkMetadata(revision, initialEventsEnd), initialEventsEnd);
      return tableRow(row, shown, clock.wallTime(), before('BOOKMARK', revision, first), frameTail);
    },
    error: errorFrame,
  };

  /** The mark that ends the initial events is in the row's metadata: it is there even if no object was asked for. */
  function shownOfBookmark(metadata: string, initialEventsEnd: boolean): Shown {
    const bytes = Buffer.from(objectOfBookmark(metadata, initialEventsEnd));
    return { opening: '', bytes, start: 0, end: bytes.length, closing: '}' };
  }

  function objectOfBookmark(metadata: string, initialEventsEnd: boolean): string {
    if (includeObject === 'None' && !initialEventsEnd) return 'null';
    const whole = includeObject === 'Object';
    const kind = whole ? served.kind : 'PartialObjectMetadata';
    const apiVersion = whole ? apiVersionOf(served) : `meta.k8s.io/${version}`;
    const zeroFields = whole ? zeroFieldsOf(clientShapeOf(served)) : '';
    return `{"kind":${JSON.stringify(kind)},"apiVersion":${JSON.stringify(apiVersion)},"metadata":${metadata}${zeroFields}}`;
  }
}
