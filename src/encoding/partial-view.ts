import type { View } from '../dispatch/view.ts';
import { bookmarkMetadata } from './bookmark-object.ts';
import { errorFrame, frameOf } from './frame.ts';
import type { Transform } from './media-type.ts';
import { partialMetadata } from './partial-metadata.ts';

/** Events with the objects' metadata only. */
export function partialMetadataView(version: Transform['version']): View {
  const head = `{"kind":"PartialObjectMetadata","apiVersion":"meta.k8s.io/${version}","metadata":`;
  return {
    id: `partial-metadata/${version}`,
    firstDiffers: false,
    event: (type, object) => frameOf(type, partialMetadata(object, version)),
    bookmark: (revision, initialEventsEnd) =>
      frameOf('BOOKMARK', Buffer.from(`${head}${bookmarkMetadata(revision, initialEventsEnd)}}`)),
    error: errorFrame,
  };
}
