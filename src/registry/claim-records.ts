import { noRevision } from '../base/revision.ts';
import type { JsonObject } from '../machinery/json-value.ts';
import { RequestContext } from '../machinery/request-context.ts';
import { objectKey } from '../translate/object-key.ts';
import type { ClaimsWrite } from './claims-write.ts';
import { fillIn } from './fill-in.ts';
import { setManagedFields } from './managed-fields.ts';
import { initMetadata } from './object-metadata.ts';
import type { StoreContext } from './store-context.ts';
import { Written } from './written.ts';

/** Nobody asked for a record: it comes with what he asked for. */
const request = RequestContext.internal('system:apiserver', { fieldManager: 'kube-apiserver' });

/** Whether something is recorded to be held, by whomever, as far as the cache knows. */
export function isRecorded(context: StoreContext, claim: string): boolean {
  const records = context.records();
  const name = context.stored.strategy.allocation?.records?.nameOf(claim);
  if (records === undefined || name === undefined) return false;
  return records.cache.get(objectKey(records.shape, { namespace: '', name })) !== undefined;
}

/**
 * What the write that makes `next` of `old` adds, so that there is a record of each thing that the object holds: those of
 * what it comes to hold are made, if nobody else has one, and those of what it gives up go. undefined: it is not there.
 */
export function recordChanges(
  context: StoreContext,
  next: JsonObject | undefined,
  old: JsonObject | undefined,
): ClaimsWrite | undefined {
  const { allocation } = context.stored.strategy;
  const records = context.records();
  if (allocation?.records === undefined || records === undefined) return undefined;
  const form = allocation.records;
  const namesIn = (object: JsonObject | undefined): readonly string[] =>
    object === undefined ? [] : allocation.holds(object).flatMap((claim) => form.nameOf(claim) ?? []);
  const [now, before] = [new Set(namesIn(next)), new Set(namesIn(old))];
  const keyOf = (name: string) => objectKey(records.shape, { namespace: '', name });
  const made = next === undefined ? [] : [...now].filter((name) => !before.has(name));
  const gone = [...before].filter((name) => !now.has(name));
  return {
    compare: made.map((name) => ({ key: keyOf(name), modRevision: noRevision })),
    operations: [
      ...made.map((name) => recordPut(records, keyOf(name), form.recordOf(name, next ?? {}))),
      ...gone.map((name) => ({ type: 'delete', key: keyOf(name) }) as const),
    ],
  };
}

function recordPut(records: StoreContext, key: string, record: JsonObject): Written['put'] {
  initMetadata(records, record);
  fillIn(records, record);
  setManagedFields(records, record, undefined, '', request);
  return new Written(records, key, record).put;
}
