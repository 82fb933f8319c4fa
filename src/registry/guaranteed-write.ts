import { noRevision, type Revision } from '../base/revision.ts';
import type { RequestContext } from '../machinery/request-context.ts';
import { conflict, objectModified, timeout } from '../machinery/status-errors.ts';
import type { Operation } from '../storage/storage.ts';
import type { StoredObject } from '../translate/stored-object.ts';
import type { ClaimsWrite } from './claims-write.ts';
import type { StoreContext } from './store-context.ts';
import { decodeValue, readPresent } from './stored-values.ts';
import { ConversionNeeded } from './version-forms.ts';

/**
 * What should happen to an object as it is.
 * - `write`: the operation, if the object is still as it was, with what it claims; `done` makes the result from the write's
 *   revision.
 * - `leave`: nothing, and this is the result.
 */
export type Decision<T> =
  | {
      readonly kind: 'write';
      readonly operation: Operation;
      readonly claims?: ClaimsWrite | undefined;
      readonly done: (revision: Revision) => T;
    }
  | { readonly kind: 'leave'; readonly result: T };

/** Pure but for admission, and may be asked again. Throws ApiError to refuse. `undefined`: there is no such object. */
export type Decide<T> = (present: StoredObject | undefined) => Promise<Decision<T>>;

export interface GuaranteedWriteOptions {
  readonly key: string;
  /** What the object probably is, at no cost: from the cache, or just written. undefined: ask the store. */
  readonly guess: StoredObject | undefined;
  /** Looked at before each attempt: a write that nobody waits for is not tried again. */
  readonly request: RequestContext;
}

/** Losing so often in a stored means that something writes without end: the client should hear of it. */
const maxAttempts = 100;

/**
 * Compare-and-swap until it succeeds. A guess that is right makes a write one round trip; a guess that is wrong costs one
 * more. What is decided from a guess and writes nothing, or refuses, is checked against the store before it counts, so
 * the outcome is always one that the latest object could have had.
 */
export async function guaranteedWrite<T>(
  context: StoreContext,
  { key, guess, request }: GuaranteedWriteOptions,
  decide: Decide<T>,
): Promise<T> {
  let present = guess;
  const { forms } = context;
  let certain = guess === undefined;
  if (certain) present = await readPresent(context, key);
  for (let attempt = 0; attempt < maxAttempts; attempt++) {
    if (request.aborted) throw timeout('request did not complete within the allotted timeout', 0);
    let decision: Decision<T>;
    try {
      decision = await decide(forms === undefined || present === undefined ? present : await forms.present(present));
    } catch (error) {
      if (forms !== undefined && error instanceof ConversionNeeded) {
        await forms.learn(error);
        continue;
      }
      if (certain) throw error;
      const guessed = present?.revision;
      present = await readPresent(context, key);
      certain = true;
      if (present?.revision === guessed) throw error;
      continue;
    }
    if (decision.kind === 'leave') {
      if (certain) return decision.result;
      const guessed = present?.revision;
      present = await readPresent(context, key);
      certain = true;
      if (present?.revision === guessed) return decision.result;
      continue;
    }
    const { operation, claims } = decision;
    const compare = [{ key, modRevision: present?.revision ?? noRevision }, ...(claims?.compare ?? [])];
    const operations = [operation, ...(claims?.operations ?? [])];
    const result = await context.storage.transact({ compare, operations });
    if (result.succeeded) return decision.done(result.revision);
    context.metrics.writeConflicts.add();
    const [kv] = result.current;
    present = kv === undefined ? undefined : decodeValue(context, kv);
    certain = true;
  }
  throw conflict(context.resource, key.slice(key.lastIndexOf('/') + 1), objectModified);
}
