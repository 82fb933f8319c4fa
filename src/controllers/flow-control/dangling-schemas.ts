import type { Clock } from '../../base/clock.ts';
import type { Logger } from '../../base/logger.ts';
import { type WorkOutcome, WorkQueue } from '../../base/work-queue.ts';
import { ApiError } from '../../machinery/api-error.ts';
import { RequestContext } from '../../machinery/request-context.ts';
import { timeText } from '../../machinery/time.ts';
import { listEverything } from '../../registry/list-everything.ts';
import type { RestStorage } from '../../registry/rest-storage.ts';
import type { ObjectEvent } from '../../watchcache/object-event.ts';
import { present } from '../start-objects.ts';
import { danglingCondition, levelOf } from './dangling.ts';

/** Who says whether the priority level of a flow schema is there. */
const consumer = RequestContext.internal('system:apiserver', {
  fieldManager: 'api-priority-and-fairness-config-consumer-v1',
});

/** So many schemas are looked at at a time; the others wait. */
const maxAtWork = 2;

const firstRetryMs = 1_000;
const maxRetryMs = 60_000;

/** Each schema is written no more often, should somebody else go on writing something else. */
const minBetweenWritesMs = 1_000;

/** In the queue: all schemas, as a priority level came or went. No object has the name. */
const all = '*';

export interface DanglingSchemasOptions {
  readonly levels: Pick<RestStorage, 'get'>;
  readonly schemas: Pick<RestStorage, 'get' | 'list' | 'apply'>;
  readonly clock: Clock;
  readonly logger: Logger;
}

/**
 * Keeps the condition Dangling of flow schemas: whether the priority level they name is missing. Several servers on one
 * store do the same and agree.
 */
export class DanglingSchemas {
  readonly #options: DanglingSchemasOptions;
  readonly #queue: WorkQueue;
  /** When a schema was written, in the clock's milliseconds: as many as there are schemas. */
  readonly #writtenAt = new Map<string, number>();
  #started = false;

  constructor(options: DanglingSchemasOptions) {
    const { clock, logger } = options;
    this.#options = options;
    this.#queue = new WorkQueue({
      work: (name) => (name === all ? this.#offerAll() : this.#look(name)),
      failed: (name, error) => logger.warn('a flow schema has no condition yet', { flowSchema: name, error }),
      concurrency: maxAtWork,
      firstRetryMs,
      maxRetryMs,
      clock,
    });
  }

  /** Once, when the caches are filled: what a cache is told while it is filled may be long past. */
  start(): void {
    this.#started = true;
    this.#queue.add(all);
  }

  /** Does not throw and does not wait: to be called where the event is dispatched. */
  observeSchema({ current, previous }: ObjectEvent): void {
    if (!this.#started) return;
    if (current !== undefined) this.#queue.add(current.name);
    else if (previous !== undefined) {
      this.#queue.forget(previous.name);
      this.#writtenAt.delete(previous.name);
    }
  }

  /** The same of a priority level. */
  observeLevel({ current, previous }: ObjectEvent): void {
    if (this.#started && (current === undefined || previous === undefined)) this.#queue.add(all);
  }

  /** Terminal and idempotent. */
  stop(): void {
    this.#started = false;
    this.#queue.stop();
  }

  async #offerAll(): Promise<WorkOutcome> {
    for (const { name } of (await this.#options.schemas.list({ namespace: '' }, listEverything)).items) {
      this.#queue.add(name);
    }
    return 'done';
  }

  async #look(name: string): Promise<WorkOutcome> {
    const { levels, schemas, clock } = this.#options;
    const scope = { namespace: '', name };
    const schema = await present(schemas, scope);
    if (schema === undefined) return 'done';
    const level = levelOf(schema);
    const exists = level !== '' && (await present(levels, { namespace: '', name: level })) !== undefined;
    const condition = danglingCondition(schema, exists, timeText(clock.wallTime()));
    if (condition === undefined) return 'done';
    const sinceWrite = clock.now() - (this.#writtenAt.get(name) ?? Number.NEGATIVE_INFINITY);
    if (sinceWrite < minBetweenWritesMs) return { retry: true, withinMs: minBetweenWritesMs - sinceWrite };
    const config = {
      apiVersion: 'flowcontrol.apiserver.k8s.io/v1',
      kind: 'FlowSchema',
      metadata: { name },
      status: { conditions: [condition] },
    };
    this.#writtenAt.set(name, clock.now());
    try {
      await schemas.apply(scope, 'status', { config, force: true, fieldValidation: 'Strict', problems: [] }, consumer);
    } catch (error) {
      if (!(error instanceof ApiError) || error.code !== 404) throw error;
      this.#writtenAt.delete(name);
    }
    return 'done';
  }
}
