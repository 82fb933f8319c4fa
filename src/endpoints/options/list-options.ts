import type { Served } from '../../api/served-version.ts';
import { type FieldError, forbiddenValue, unsupportedValue } from '../../machinery/field-error.ts';
import { badRequest, invalid } from '../../machinery/status-errors.ts';
import type { ListOptions } from '../../registry/rest-storage.ts';
import { flagIn, integerIn } from './query-values.ts';
import { fieldSelectorFor, labelSelectorIn, nameSelector } from './selectors.ts';

/** ListOptions as the query has them, before defaults. */
interface RawListOptions {
  readonly watch: boolean;
  readonly resourceVersion: string;
  readonly resourceVersionMatch: string;
  readonly limit: number;
  readonly continue: string;
  readonly allowWatchBookmarks: boolean;
  readonly sendInitialEvents: boolean | undefined;
  readonly timeoutSeconds: number | undefined;
}

export interface ListOptionsTarget {
  readonly served: Served;
  /** From the path, for the deprecated watch of one object; '' for a collection. */
  readonly name: string;
}

/**
 * Decodes, completes and checks the query of LIST, WATCH and DELETECOLLECTION, in kube-apiserver's order.
 * @throws {ApiError} 400 for what cannot be read, 422 for what must not be asked.
 */
export function listOptionsOf(query: URLSearchParams, { served, name }: ListOptionsTarget): ListOptions {
  const labels = labelSelectorIn(query);
  const fieldText = query.get('fieldSelector') ?? '';
  const options = withDefaults({
    watch: flagIn(query, 'watch') ?? false,
    resourceVersion: query.get('resourceVersion') ?? '',
    resourceVersionMatch: query.get('resourceVersionMatch') ?? '',
    limit: integerIn(query, 'limit') ?? 0,
    continue: query.get('continue') ?? '',
    allowWatchBookmarks: flagIn(query, 'allowWatchBookmarks') ?? false,
    sendInitialEvents: flagIn(query, 'sendInitialEvents'),
    timeoutSeconds: integerIn(query, 'timeoutSeconds'),
  });
  const errors = options.watch ? watchErrors(options) : listErrors(options);
  if (errors.length > 0) throw invalid({ group: 'meta.k8s.io', kind: 'ListOptions' }, '', errors);

  let fields = fieldSelectorFor(served, fieldText);
  if (name !== '') {
    if (fields.everything) fields = nameSelector(name);
    else if (fields.requiredValue('metadata.name') !== name) {
      throw badRequest("fieldSelector metadata.name doesn't match requested name");
    }
  }
  const { watch: _, resourceVersionMatch, timeoutSeconds = 0, ...rest } = options;
  return {
    ...rest,
    labels,
    fields,
    resourceVersionMatch: resourceVersionMatch as ListOptions['resourceVersionMatch'],
    timeoutSeconds: timeoutSeconds === 0 ? undefined : timeoutSeconds,
  };
}

/** A watch from "now" or "any" that says nothing else is one that wants the state first. */
function withDefaults(options: RawListOptions): RawListOptions {
  const legacy = options.resourceVersion === '' || options.resourceVersion === '0';
  const silent = options.sendInitialEvents === undefined && options.resourceVersionMatch === '';
  return options.watch && legacy && silent
    ? { ...options, sendInitialEvents: true, resourceVersionMatch: 'NotOlderThan' }
    : options;
}

function listErrors(options: RawListOptions): FieldError[] {
  const errors: FieldError[] = [];
  const { resourceVersion, resourceVersionMatch: match } = options;
  const refuse = (why: string) => errors.push(forbiddenValue('resourceVersionMatch', `resourceVersionMatch ${why}`));
  if (match !== '') {
    if (resourceVersion === '') refuse('is forbidden unless resourceVersion is provided');
    if (options.continue !== '') refuse('is forbidden when continue is provided');
    if (match !== 'Exact' && match !== 'NotOlderThan') {
      errors.push(unsupportedValue('resourceVersionMatch', match, ['Exact', 'NotOlderThan', '']));
    }
    if (match === 'Exact' && resourceVersion === '0') refuse('"exact" is forbidden for resourceVersion "0"');
  }
  if (options.sendInitialEvents !== undefined) {
    errors.push(forbiddenValue('sendInitialEvents', 'sendInitialEvents is forbidden for list'));
  }
  return errors;
}

function watchErrors(options: RawListOptions): FieldError[] {
  const errors: FieldError[] = [];
  const { resourceVersionMatch: match, sendInitialEvents } = options;
  const refuse = (why: string) => errors.push(forbiddenValue('resourceVersionMatch', why));
  if (sendInitialEvents !== undefined && match !== 'NotOlderThan') {
    refuse('sendInitialEvents requires setting resourceVersionMatch to NotOlderThan');
  }
  if (match !== '') {
    if (sendInitialEvents === undefined) {
      refuse('resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided');
    }
    if (match !== 'NotOlderThan') errors.push(unsupportedValue('resourceVersionMatch', match, ['NotOlderThan']));
    if (options.continue !== '') refuse('resourceVersionMatch is forbidden when continue is provided');
  }
  return errors;
}
