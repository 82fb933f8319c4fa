import type { EventType, View } from '../dispatch/view.ts';
import type { ObjectShape } from '../translate/object-shape.ts';
import { headOf, type StoredObject } from '../translate/stored-object.ts';
import { zeroFieldsOf } from './bookmark-object.ts';

const openings: Record<EventType, Buffer> = {
  ADDED: Buffer.from('{"type":"ADDED","object":'),
  MODIFIED: Buffer.from('{"type":"MODIFIED","object":'),
  DELETED: Buffer.from('{"type":"DELETED","object":'),
};
const closing = Buffer.from('}\n');
const initialEventsEndAnnotation = ',"annotations":{"k8s.io/initial-events-end":"true"}';

/**
 * Plain JSON: `{"type":"ADDED","object":<the object's bytes>}` and a newline, by one allocation and one copy. Bookmarks
 * have the fields that an object of their type always has, because a typed client decodes them as objects of the type.
 */
export function jsonView(shape: ObjectShape): View {
  let zeroFields: string | undefined;
  const bookmarkOpening = `{"type":"BOOKMARK","object":${headOf(shape).toString('utf8')}"resourceVersion":"`;
  return {
    id: 'json',
    firstDiffers: false,
    event: jsonEvent,
    bookmark(revision, initialEventsEnd) {
      zeroFields ??= zeroFieldsOf(shape);
      const annotations = initialEventsEnd ? initialEventsEndAnnotation : '';
      return Buffer.from(`${bookmarkOpening}${revision}"${annotations}}${zeroFields}}}\n`);
    },
    error: (status) => Buffer.from(`{"type":"ERROR","object":${JSON.stringify(status)}}\n`),
  };
}

function jsonEvent(type: EventType, { bytes }: StoredObject): Buffer {
  const opening = openings[type];
  const frame = Buffer.allocUnsafe(opening.length + bytes.length + closing.length);
  frame.set(opening, 0);
  frame.set(bytes, opening.length);
  frame.set(closing, opening.length + bytes.length);
  return frame;
}
