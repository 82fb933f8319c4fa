import { objectsAt } from '../machinery/json/json-path.ts';
import { type JsonObject, stringAt } from '../machinery/json-value.ts';
import { metadataOf } from '../machinery/object-meta.ts';
import type { RequestContext } from '../machinery/request-context.ts';

const fields = ['apiVersion', 'kind', 'name', 'uid', 'controller', 'blockOwnerDeletion'];

/**
 * Keeps each owner reference once, and tells whoever asks of those that were there twice: Kubernetes took them before it
 * compared them, so they are no error. `admitted`: admission has seen the object, and may have added them.
 */
export function dropRepeatedOwners(
  object: JsonObject,
  request: RequestContext,
  { admitted }: { admitted: boolean },
): void {
  const references = objectsAt(object, 'metadata', 'ownerReferences');
  if (references.length < 2) return;
  const seen = new Set<string>();
  const repeated: JsonObject[] = [];
  const kept = references.filter((reference) => {
    const whole = JSON.stringify(fields.map((field) => reference[field] ?? null));
    if (seen.has(whole)) repeated.push(reference);
    return !seen.has(whole) && seen.add(whole);
  });
  if (repeated.length === 0) return;
  metadataOf(object)['ownerReferences'] = kept;
  const when = admitted ? ' after mutating admission happens' : '';
  request.warn(
    `.metadata.ownerReferences contains duplicate entries${when}; API server dedups owner references in 1.20+, and may ` +
      'reject such requests as early as 1.24; please fix your requests; duplicate UID(s) observed: ' +
      repeated.map((reference) => stringAt(reference, 'uid')).join(', '),
  );
}
