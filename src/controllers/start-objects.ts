import type { Clock } from '../base/clock.ts';
import type { Logger } from '../base/logger.ts';
import { pause } from '../base/pause.ts';
import { ApiError } from '../machinery/api-error.ts';
import type { JsonObject } from '../machinery/json-value.ts';
import { RequestContext } from '../machinery/request-context.ts';
import type { ObjectScope, RestStorage } from '../registry/rest-storage.ts';

/** A store that is down is asked again this often, until the server is closed. */
const retryMs = 1_000;

/** Who makes what every cluster has. */
export const apiserver = RequestContext.internal('system:apiserver', { fieldManager: 'kube-apiserver' });

/** An object that every cluster has. */
export interface StartObject {
  /** For the log: `services default/kubernetes`. */
  readonly name: string;
  /** Makes it what it is to be, if it is not so already; another replica may do the same. Rejects: it is tried again. */
  readonly ensure: () => Promise<void>;
  /** Makes it again when it has gone since. Absent: as `ensure`. */
  readonly restore?: () => Promise<void>;
}

export interface StartOptions {
  /** In the order in which they need each other, or in which they are begun. */
  readonly objects: readonly StartObject[];
  /** So many are made at a time. Default: one after the other. */
  readonly atOnce?: number;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Aborted when nobody needs them any more. */
  readonly signal: AbortSignal;
}

/**
 * Resolves when all objects are there, or when aborted. One that is refused, because something else is in its place, is
 * told of and left out: nothing that is tried again would change that.
 */
export async function makeStartObjects({ objects, atOnce = 1, ...options }: StartOptions): Promise<void> {
  const left = objects.values();
  const makeNext = async () => {
    for (const object of left) await makeOne(object, options);
  };
  await Promise.all(Array.from({ length: atOnce }, makeNext));
}

/**
 * Makes those that have gone again, from `everyMs` from now on, until aborted. Resolves then; does not reject. That one cannot
 * be there is told once.
 */
export async function keepStartObjects(
  everyMs: number,
  { objects, clock, logger, signal }: Omit<StartOptions, 'atOnce'>,
): Promise<void> {
  const missing = new Set<string>();
  while (!signal.aborted) {
    await pause(everyMs, clock, signal);
    for (const { name, ensure, restore = ensure } of objects) {
      if (signal.aborted) return;
      try {
        await restore();
        missing.delete(name);
      } catch (error) {
        if (!signal.aborted && !missing.has(name))
          logger.warn('an object that every cluster has is not there', { object: name, error });
        missing.add(name);
      }
    }
  }
}

async function makeOne(
  { name, ensure }: StartObject,
  { clock, logger, signal }: Pick<StartOptions, 'clock' | 'logger' | 'signal'>,
): Promise<void> {
  while (!signal.aborted) {
    try {
      await ensure();
      return;
    } catch (error) {
      // Nobody waits for it any more, and the store may be closed already.
      if (signal.aborted) return;
      logger.warn('an object that every cluster has is not there', { object: name, error });
      if (isRefusal(error)) return;
      await pause(retryMs, clock, signal);
    }
  }
}

export type StartStore = Pick<RestStorage, 'get' | 'create'>;

/** One that is made if it is missing, and left alone if it is there. `request`: who makes it. */
export const missingObject = (
  resource: string,
  store: StartStore,
  scope: ObjectScope,
  object: () => JsonObject,
  request: RequestContext = apiserver,
): StartObject => ({
  name: `${resource} ${scope.namespace === '' ? '' : `${scope.namespace}/`}${scope.name}`,
  async ensure() {
    if ((await present(store, scope)) === undefined) await createOnce(store, scope, object(), request);
  },
});

/** The object as the cache has it; undefined: there is none. */
export async function present(store: Pick<RestStorage, 'get'>, scope: ObjectScope): Promise<JsonObject | undefined> {
  try {
    return (await store.get(scope, '0')).parse();
  } catch (error) {
    if (error instanceof ApiError && error.code === 404) return undefined;
    throw error;
  }
}

async function createOnce(
  store: StartStore,
  { namespace, name }: ObjectScope,
  object: JsonObject,
  request: RequestContext,
): Promise<void> {
  try {
    await store.create(
      { namespace },
      { ...object, metadata: { ...(object['metadata'] as JsonObject), name } },
      request,
    );
  } catch (refusal) {
    // Another replica was first.
    if (!(refusal instanceof ApiError) || refusal.status.reason !== 'AlreadyExists') throw refusal;
  }
}

const isRefusal = (error: unknown): boolean =>
  error instanceof ApiError && error.code >= 400 && error.code < 500 && error.code !== 429;
