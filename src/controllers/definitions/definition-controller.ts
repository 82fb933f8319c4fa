import { cleanupFinalizer } from '../../api/apiextensions/custom-resource-definitions.ts';
import {
  type Condition,
  conditionOf,
  isConditionTrue,
  removeCondition,
  setCondition,
} from '../../api/apiextensions/definition-conditions.ts';
import type {
  CustomResourceDefinition,
  CustomResourceDefinitionNames,
} from '../../api/types/apiextensions-v1.generated.ts';
import type { Clock } from '../../base/clock.ts';
import type { Logger } from '../../base/logger.ts';
import { type WorkOutcome, WorkQueue } from '../../base/work-queue.ts';
import { ApiError } from '../../machinery/api-error.ts';
import type { JsonObject } from '../../machinery/json-value.ts';
import { timeText } from '../../machinery/time.ts';
import type { RestStorage } from '../../registry/rest-storage.ts';
import type { StoredObject } from '../../translate/stored-object.ts';
import type { ObjectEvent } from '../../watchcache/object-event.ts';
import { apiserver } from '../start-objects.ts';
import { deleteInstances, deletionInProgress, type InstanceStore } from './instances.ts';
import { decideNames } from './names.ts';
import { approvalCondition, structuralCondition } from './schema-conditions.ts';

export interface DefinitionControllerOptions {
  readonly definitions: Pick<RestStorage, 'update'>;
  /** As the cache has them. */
  readonly all: () => readonly StoredObject[];
  readonly one: (name: string) => StoredObject | undefined;
  /** Serves what the definition describes, or nothing any more, as soon as it can; resolves then. */
  readonly serve: (name: string, definition: CustomResourceDefinition | undefined) => Promise<void>;
  /** Objects of a definition; undefined: it is not served. */
  readonly instances: (definition: CustomResourceDefinition) => InstanceStore | undefined;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** So many definitions are looked at, and so many emptied, at a time; the others wait. */
const maxAtWork = 8;
const firstRetryMs = 100;
const maxRetryMs = 5_000;

/**
 * Makes definitions kinds that are served, and says so in their conditions: gives them names, has them served, then calls
 * them established; empties those that are going and lets them go.
 *
 * It is told of every change to a definition; it holds the names of those it is not done with, and what it has just written
 * of them. Each server has one, as each has to serve them. They write by compare-and-swap what each would have written.
 */
export class DefinitionController {
  readonly #options: DefinitionControllerOptions;
  readonly #queue: WorkQueue;
  readonly #emptying: WorkQueue;
  /** Names that were given and are not in the cache yet. */
  readonly #given = new Map<string, CustomResourceDefinitionNames>();
  /** What each one's schemas were looked at as: its generation. */
  readonly #looked = new Map<string, number>();
  #state: 'new' | 'started' | 'stopped' = 'new';

  constructor(options: DefinitionControllerOptions) {
    const { clock, logger } = options;
    const failed = (name: string, error: unknown) =>
      logger.warn('a custom resource definition could not be taken care of yet', { definition: name, error });
    const queue = { failed, concurrency: maxAtWork, firstRetryMs, maxRetryMs, clock };
    this.#options = options;
    this.#queue = new WorkQueue({ ...queue, work: (name) => this.#look(name) });
    this.#emptying = new WorkQueue({ ...queue, work: (name) => this.#empty(name) });
  }

  /** Once, when the caches are filled. */
  start(): void {
    if (this.#state !== 'new') return;
    this.#state = 'started';
    for (const definition of this.#options.all()) this.#take(definition.name);
  }

  /** Does not throw and does not wait: to be called where the event is dispatched. */
  observe({ current, previous }: ObjectEvent): void {
    const name = (current ?? previous)?.name;
    if (this.#state !== 'started' || name === undefined) return;
    this.#given.delete(name);
    if (current === undefined) this.#looked.delete(name);
    this.#take(name);
  }

  /** Idempotent. */
  stop(): void {
    this.#state = 'stopped';
    this.#queue.stop();
    this.#emptying.stop();
  }

  #take(name: string): void {
    this.#queue.add(name);
  }

  async #look(name: string): Promise<WorkOutcome> {
    const { one, serve } = this.#options;
    const object = one(name);
    const definition: CustomResourceDefinition | undefined = object?.parse();
    if (definition === undefined) {
      await serve(name, undefined);
      this.#takeGroup(groupOf(name), name);
      return 'done';
    }
    const isNamed = isConditionTrue(definition, 'NamesAccepted') || isConditionTrue(definition, 'Established');
    await serve(name, isNamed ? definition : undefined);
    await this.#write(name, (present) => this.#describe(name, present, isNamed));
    if (isGoing(definition)) this.#emptying.offer(name);
    return 'done';
  }

  /** Others may want a name that is free now. */
  #takeGroup(group: string, but: string): void {
    for (const { name } of this.#options.all()) if (name !== but && groupOf(name) === group) this.#take(name);
  }

  /** What its conditions are to say, written into it. True: they said something else. */
  #describe(name: string, definition: CustomResourceDefinition, served: boolean): boolean {
    const writer = new ConditionWriter(definition, this.#now);
    const decision = decideNames(definition, () => this.#namesBeside(name, definition));
    if (decision !== undefined) {
      const { accepted, namesAccepted, established } = decision;
      const before = definition.status?.acceptedNames;
      this.#given.set(name, accepted);
      definition.status = { ...definition.status, acceptedNames: accepted };
      if (!sameNames(before, accepted)) writer.changed = true;
      writer.set(namesAccepted);
      if (established !== undefined) writer.set(established);
    }
    const approval = approvalCondition(definition);
    if (approval !== undefined) writer.set(approval);
    this.#describeSchema(name, definition, writer);
    // What was served when we looked may have been named otherwise since: then there will be another look.
    if (served && decision === undefined && !isConditionTrue(definition, 'Established')) {
      if (isConditionTrue(definition, 'NamesAccepted')) writer.set(establishedNow);
    }
    return writer.changed;
  }

  /** Once for each generation: who established it has looked at it already. */
  #describeSchema(name: string, definition: CustomResourceDefinition, writer: ConditionWriter): void {
    const generation = Number(definition.metadata?.generation ?? 0);
    const looked = this.#looked.get(name);
    this.#looked.set(name, generation);
    if (looked === generation || (looked === undefined && isConditionTrue(definition, 'Established'))) return;
    const condition = structuralCondition(definition);
    if (condition !== undefined) writer.set(condition);
    else writer.remove('NonStructuralSchema');
  }

  #namesBeside(name: string, { spec = {} }: CustomResourceDefinition): CustomResourceDefinitionNames[] {
    const names: CustomResourceDefinitionNames[] = [];
    for (const other of this.#options.all()) {
      if (other.name === name || groupOf(other.name) !== spec.group) continue;
      names.push(this.#given.get(other.name) ?? acceptedNamesOf(other));
    }
    return names;
  }

  async #empty(name: string): Promise<WorkOutcome> {
    const definition: CustomResourceDefinition | undefined = this.#options.one(name)?.parse();
    if (definition === undefined || !isGoing(definition)) return 'done';
    const { uid } = definition.metadata ?? {};
    const say = (condition: Condition, gone: boolean) =>
      this.#write(name, (present) => {
        if (present.metadata?.uid !== uid || !isGoing(present)) return false;
        const writer = new ConditionWriter(present, this.#now);
        writer.set(condition);
        if (gone && present.metadata !== undefined) {
          present.metadata.finalizers = (present.metadata.finalizers ?? []).filter((one) => one !== cleanupFinalizer);
          writer.changed = true;
        }
        return writer.changed;
      });
    await say(deletionInProgress, false);
    const store = isConditionTrue(definition, 'Established') ? this.#options.instances(definition) : undefined;
    const { condition, gone } = await deleteInstances(store, apiserver);
    await say(condition, gone);
    return gone ? 'done' : { retry: true };
  }

  /** Writes a definition's status if `change` changes the present one. */
  async #write(name: string, change: (present: CustomResourceDefinition) => boolean): Promise<void> {
    const { one, definitions } = this.#options;
    const known: CustomResourceDefinition | undefined = one(name)?.parse();
    if (this.#state === 'stopped' || known === undefined || !change(known)) return;
    const updated = (present: JsonObject): JsonObject => {
      change(present);
      return present;
    };
    try {
      await definitions.update({ namespace: '', name }, 'status', updated, apiserver);
    } catch (error) {
      this.#given.delete(name);
      if (!(error instanceof ApiError) || error.code !== 404) throw error;
    }
  }

  get #now(): string {
    return timeText(this.#options.clock.wallTime());
  }
}

const establishedNow: Condition = {
  type: 'Established',
  status: 'True',
  reason: 'InitialNamesAccepted',
  message: 'the initial names have been accepted',
};

const acceptedNames = new WeakMap<StoredObject, CustomResourceDefinitionNames>();

/** Read once of each revision: whoever wants a name asks all others of its group. */
function acceptedNamesOf(object: StoredObject): CustomResourceDefinitionNames {
  let names = acceptedNames.get(object);
  if (names === undefined) {
    const { status }: CustomResourceDefinition = object.parse();
    names = status?.acceptedNames ?? {};
    acceptedNames.set(object, names);
  }
  return names;
}

/** A definition is called after what it defines. */
const groupOf = (name: string): string => name.slice(name.indexOf('.') + 1);

const isGoing = ({ metadata = {} }: CustomResourceDefinition): boolean =>
  (metadata.deletionTimestamp ?? '') !== '' && (metadata.finalizers ?? []).includes(cleanupFinalizer);

const sameNames = (a: CustomResourceDefinitionNames | undefined, b: CustomResourceDefinitionNames): boolean =>
  JSON.stringify(a) === JSON.stringify(b);

class ConditionWriter {
  changed = false;
  readonly #definition: CustomResourceDefinition;
  readonly #now: string;

  constructor(definition: CustomResourceDefinition, now: string) {
    this.#definition = definition;
    this.#now = now;
  }

  set(condition: Condition): void {
    const present = conditionOf(this.#definition, condition.type);
    const { status, reason, message } = condition;
    if (present?.status === status && present.reason === reason && present.message === message) return;
    setCondition(this.#definition, condition, this.#now);
    this.changed = true;
  }

  remove(type: Condition['type']): void {
    if (conditionOf(this.#definition, type) === undefined) return;
    removeCondition(this.#definition, type);
    this.changed = true;
  }
}
