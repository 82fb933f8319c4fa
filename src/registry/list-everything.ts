import { everything } from '../machinery/selection.ts';
import type { ListOptions } from './rest-storage.ts';

/** The options of a LIST that says nothing: everything there is, as of now, at once. */
export const listEverything: ListOptions = {
  labels: everything,
  fields: everything,
  resourceVersion: '',
  resourceVersionMatch: '',
  limit: 0,
  continue: '',
  allowWatchBookmarks: false,
  sendInitialEvents: undefined,
  timeoutSeconds: undefined,
};
