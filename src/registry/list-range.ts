import { narrowed } from '../dispatch/scope.ts';
import { prefixEnd } from '../storage/keys.ts';
import { objectKey } from '../translate/object-key.ts';
import type { ObjectShape } from '../translate/object-shape.ts';
import type { StoredObject } from '../translate/stored-object.ts';
import type { CollectionScope, ListOptions } from './rest-storage.ts';

/** What a list is of: keys, and which of the objects under them. */
export interface ListRange {
  /** Of the collection or one namespace of it; ends in `/`. */
  readonly prefix: string;
  readonly end: string;
  /** The only key there can be, when path and selectors name the object. */
  readonly singleKey: string | undefined;
  /** The client gave a selector: then what remains cannot be counted. */
  readonly selective: boolean;
  /** The same for lists that select the same objects of the same keys. */
  readonly selection: string;
  selects(object: StoredObject): boolean;
}

/**
 * Narrows a collection by what the field selector demands of name and namespace, so that a list of one namespace or one
 * object by selector costs what it would cost by path.
 */
export function listRange(
  shape: ObjectShape,
  scope: CollectionScope,
  { labels, fields, continue: token }: Pick<ListOptions, 'labels' | 'fields' | 'continue'>,
): ListRange {
  const wanted = { scope: { namespace: scope.namespace || undefined, name: undefined }, labels, fields };
  // A cluster-scoped object has no namespace, so a demand for one is left to the selector, which nothing matches.
  const impossible = !shape.namespaced && fields.requiredValue('metadata.namespace') !== undefined;
  const selection = impossible ? wanted : narrowed(wanted);
  const { namespace = '', name } = selection.scope;
  const prefix = namespace === '' ? shape.keyPrefix : `${shape.keyPrefix}${namespace}/`;
  const { labels: wantedLabels, fields: wantedFields } = selection;
  const located = name !== undefined && (namespace !== '' || !shape.namespaced);
  return {
    prefix,
    end: prefixEnd(prefix),
    singleKey: located && token === '' ? objectKey(shape, { namespace, name }) : undefined,
    selective: !labels.everything || !fields.everything,
    selection: JSON.stringify([name, wantedLabels.canonical, wantedFields.canonical]),
    // Values are parsed out of an object only for a selector that looks at them.
    selects: (object) =>
      (name === undefined || object.name === name) &&
      (wantedLabels.everything || wantedLabels.matches(object.labels)) &&
      (wantedFields.everything || wantedFields.matches(object.fields)),
  };
}
