import type { Revision } from '../base/revision.ts';

/** The `metadata` of a bookmark, encoded: its revision, and the mark that ends the initial events. */
export function bookmarkMetadata(revision: Revision, initialEventsEnd: boolean): string {
  const annotations = initialEventsEnd ? ',"annotations":{"k8s.io/initial-events-end":"true"}' : '';
  return `{"resourceVersion":"${revision}"${annotations}}`;
}
