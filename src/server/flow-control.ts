import type { Clock } from '../base/clock.ts';
import type { Logger } from '../base/logger.ts';
import { isControllerEnabled } from '../config/controllers.ts';
import type { Config } from '../config/options.ts';
import { keepBootstrapObjects } from '../controllers/flow-control/bootstrap-keeper.ts';
import { DanglingSchemas } from '../controllers/flow-control/dangling-schemas.ts';
import type { ObjectEvent } from '../watchcache/object-event.ts';
import type { LiveKind } from './live-kind.ts';
import type { ServedKinds } from './served-kinds.ts';

const group = 'flowcontrol.apiserver.k8s.io';
const levelKind = { group, resource: 'prioritylevelconfigurations' };
const schemaKind = { group, resource: 'flowschemas' };

export interface FlowControlParts {
  /** Has both kinds of flow control. */
  readonly kinds: Pick<ServedKinds, 'find'>;
  readonly config: Pick<Config, 'controllers'>;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Aborted when the server stops. */
  readonly signal: AbortSignal;
}

/** What a server does about the objects of flow control: those that every cluster has, and what schemas say of levels. */
export class FlowControl {
  readonly #parts: FlowControlParts;
  readonly #levels: LiveKind;
  readonly #schemas: LiveKind;
  /** undefined: another process does it, or nobody. */
  readonly #dangling: DanglingSchemas | undefined;

  constructor(parts: FlowControlParts) {
    const { kinds, config, clock, logger, signal } = parts;
    const [levels, schemas] = [levelKind, schemaKind].map((kind) => kinds.find(kind));
    if (levels === undefined || schemas === undefined) throw new Error('what flow control has is not stored');
    this.#parts = parts;
    this.#levels = levels;
    this.#schemas = schemas;
    if (!isControllerEnabled(config.controllers, 'priority-and-fairness-config-consumer')) return;
    const dangling = new DanglingSchemas({ levels: levels.store, schemas: schemas.store, clock, logger });
    this.#dangling = dangling;
    signal.addEventListener('abort', () => dangling.stop(), { once: true });
  }

  /** Once, when the caches are filled. */
  start(): void {
    this.#dangling?.start();
  }

  /** Once, later. Does not wait for what it makes. */
  keepBootstrapObjects(): void {
    const { config, clock, logger, signal } = this.#parts;
    if (!isControllerEnabled(config.controllers, 'priority-and-fairness-config-producer')) return;
    const stores = { levels: this.#levels.store, schemas: this.#schemas.store };
    void keepBootstrapObjects({ ...stores, clock, logger, signal });
  }

  /** To be told of every change where it is dispatched. */
  observe(kind: LiveKind, event: ObjectEvent): void {
    if (kind === this.#schemas) this.#dangling?.observeSchema(event);
    else if (kind === this.#levels) this.#dangling?.observeLevel(event);
  }
}
