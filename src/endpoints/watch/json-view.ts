import type { View } from '../../dispatch/view.ts';
import { apiVersionOf } from '../../machinery/gvk.ts';
import type { ResourceRow } from '../../registry/resource-row.ts';
import { bookmarkMetadata } from './bookmark-object.ts';
import { errorFrame, frameOf } from './frame.ts';

/** Events with the objects as they are: the cached bytes between a head and a tail. */
export function jsonView(row: ResourceRow): View {
  const head = `{"kind":${JSON.stringify(row.kind)},"apiVersion":${JSON.stringify(apiVersionOf(row))},"metadata":`;
  return {
    id: 'json',
    firstDiffers: false,
    event: (type, object) => frameOf(type, object.bytes),
    bookmark: (revision, initialEventsEnd) =>
      frameOf('BOOKMARK', Buffer.from(`${head}${bookmarkMetadata(revision, initialEventsEnd)}}`)),
    error: errorFrame,
  };
}
