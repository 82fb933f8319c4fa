import { everything, type Selector } from '../machinery/selection.ts';
import type { WatchScope } from './watch-spec.ts';

/** What a cohort really is about: its selectors' demands on name and namespace made part of the scope. */
export interface Selection {
  readonly scope: WatchScope;
  readonly labels: Selector;
  readonly fields: Selector;
}

const nameField = 'metadata.name';
const namespaceField = 'metadata.namespace';

/**
 * Narrows `scope` by what the field selector requires, and drops the selector when it says nothing else: then no object
 * need be parsed for it, and a watch by path and one by field selector share a cohort. A requirement that contradicts the
 * scope stays a selector, which nothing in the scope matches.
 */
export function narrowed({ scope, labels, fields }: Selection): Selection {
  if (fields.everything) return { scope, labels, fields };
  // Nothing is called '', and no scope is either: such a demand stays a selector.
  const name = fields.requiredValue(nameField) || undefined;
  const namespace = fields.requiredValue(namespaceField) || undefined;
  const narrow: WatchScope = { namespace: scope.namespace ?? namespace, name: scope.name ?? name };
  const agrees =
    (name === undefined || name === narrow.name) && (namespace === undefined || namespace === narrow.namespace);
  const said = [
    ...(name === undefined ? [] : [`${nameField}=${name}`]),
    ...(namespace === undefined ? [] : [`${namespaceField}=${namespace}`]),
  ];
  const saysNoMore = fields.canonical === said.join(',') || fields.canonical === said.reverse().join(',');
  return { scope: narrow, labels, fields: agrees && saysNoMore ? everything : fields };
}
