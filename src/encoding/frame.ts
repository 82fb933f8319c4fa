import type { EventType } from '../dispatch/view.ts';
import type { Status } from '../machinery/api-error.ts';
import { encodeJson } from '../machinery/json/encode.ts';
import type { JsonObject } from '../machinery/json-value.ts';

type FrameType = EventType | 'BOOKMARK' | 'ERROR';

const heads = {
  ADDED: Buffer.from('{"type":"ADDED","object":'),
  MODIFIED: Buffer.from('{"type":"MODIFIED","object":'),
  DELETED: Buffer.from('{"type":"DELETED","object":'),
  BOOKMARK: Buffer.from('{"type":"BOOKMARK","object":'),
  ERROR: Buffer.from('{"type":"ERROR","object":'),
} as const satisfies Record<FrameType, Buffer>;
const tail = Buffer.from('}\n');

/** One whole watch event around an encoded object: metav1.WatchEvent and its newline. */
export const frameOf = (type: FrameType, object: Buffer): Buffer => Buffer.concat([heads[type], object, tail]);

/** ERROR events carry a plain Status in every media type. */
export const errorFrame = (status: Status): Buffer =>
  frameOf('ERROR', Buffer.from(encodeJson(status as unknown as JsonObject)));
