import type { Revision } from '../base/revision.ts';
import { encodeJson } from '../machinery/json/encode.ts';
import type { JsonObject } from '../machinery/json-value.ts';
import type { ObjectShape } from '../translate/object-shape.ts';

/** The `metadata` of a bookmark, encoded: its revision, and the mark that ends the initial events. */
export function bookmarkMetadata(revision: Revision, initialEventsEnd: boolean): string {
  const annotations = initialEventsEnd ? ',"annotations":{"k8s.io/initial-events-end":"true"}' : '';
  return `{"resourceVersion":"${revision}"${annotations}}`;
}

/**
 * What an object of the type always has behind its metadata, encoded, with its leading comma:
 * `,"spec":{"containers":null},"status":{}` for a Pod; '' for none.
 */
export function zeroFieldsOf({ fillZeroValues }: ObjectShape): string {
  const object: JsonObject = {};
  fillZeroValues?.(object);
  const { metadata: _ofItsOwn, ...fields } = object;
  return Object.keys(fields).length === 0 ? '' : `,${encodeJson(fields).slice(1, -1)}`;
}
