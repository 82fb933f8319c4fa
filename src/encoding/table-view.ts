import type { ServedVersion } from '../api/served-version.ts';
import type { Clock } from '../base/clock.ts';
import type { View } from '../dispatch/view.ts';
import { apiVersionOf } from '../machinery/gvk.ts';
import type { JsonObject } from '../machinery/json-value.ts';
import { bookmarkMetadata, zeroFieldsOf } from './bookmark-object.ts';
import { errorFrame, frameOf } from './frame.ts';
import { columnDefinitions, rowOf, type TableOptions, tableHead, tableRow, tableTail } from './table.ts';
import { clientShapeOf } from './versioned-object.ts';

/** Events whose object is a Table of one row. The columns are named in the first frame of a watch only. */
export function tableView(served: ServedVersion, options: TableOptions, clock: Clock): View {
  const { version, includeObject } = options;
  const columns = columnDefinitions(served);
  const table = (metadata: string, first: boolean, line: Buffer): Buffer =>
    Buffer.concat([Buffer.from(tableHead(version, metadata, first ? columns : 'null')), line, Buffer.from(tableTail)]);

  return {
    id: `table/${version}/${includeObject} ${apiVersionOf(served)}`,
    firstDiffers: true,
    event: (type, object, first) => {
      const line = tableRow(served, object, options, clock.wallTime());
      return frameOf(type, table(`{"resourceVersion":"${object.revision}"}`, first, line));
    },
    bookmark: (revision, initialEventsEnd, first) => {
      const metadata = bookmarkMetadata(revision, initialEventsEnd);
      const line = rowOf(served, emptyObject, rowObject(metadata, initialEventsEnd), clock.wallTime());
      return frameOf('BOOKMARK', table(`{"resourceVersion":"${revision}"}`, first, line));
    },
    error: errorFrame,
  };

  /** The mark that ends the initial events is in the row's metadata: it is there even if no object was asked for. */
  function rowObject(metadata: string, initialEventsEnd: boolean): Buffer | undefined {
    if (includeObject === 'None' && !initialEventsEnd) return undefined;
    const whole = includeObject === 'Object';
    const kind = whole ? served.kind : 'PartialObjectMetadata';
    const apiVersion = whole ? apiVersionOf(served) : `meta.k8s.io/${version}`;
    const zeroFields = whole ? zeroFieldsOf(clientShapeOf(served)) : '';
    return Buffer.from(
      `{"kind":${JSON.stringify(kind)},"apiVersion":${JSON.stringify(apiVersion)},"metadata":${metadata}${zeroFields}}`,
    );
  }
}

const emptyObject: JsonObject = { metadata: {} };
