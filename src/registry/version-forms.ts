import type { AskedConversion, Conversion } from '../api/served-version.ts';
import { asRevision } from '../base/revision.ts';
import { cloneJson } from '../machinery/json/clone.ts';
import { encodeJson } from '../machinery/json/encode.ts';
import type { JsonObject } from '../machinery/json-value.ts';
import { unknownError } from '../machinery/status-errors.ts';
import { encodeForClients } from '../translate/object-layout.ts';
import type { ObjectShape } from '../translate/object-shape.ts';
import { StoredObject } from '../translate/stored-object.ts';
import type { ConvertedObjects } from './converted-objects.ts';
import { UnreadableObjectError } from './unreadable.ts';

/** What is made of an object at once needs it in another version, for which somebody has to be asked first. */
export class ConversionNeeded extends Error {
  override readonly name = 'ConversionNeeded';
  readonly object: JsonObject;
  readonly apiVersion: string;

  constructor(object: JsonObject, apiVersion: string) {
    super(`an object is needed in ${apiVersion}`);
    this.object = object;
    this.apiVersion = apiVersion;
  }
}

/** What somebody is being asked about an object. */
interface Question {
  readonly made: Promise<StoredObject>;
  /** Nothing else was asked with it: what goes wrong is the object's. */
  readonly isAlone: boolean;
}

/** As much as one write looks at; it asks again for what has gone meanwhile. */
const maxLearned = 64;

export interface VersionFormsParts {
  readonly asked: AskedConversion;
  /** Of the version that is asked for. */
  readonly shape: ObjectShape;
  /** Of the one in which objects are stored from now on. The same one: it is that. */
  readonly storageShape: ObjectShape;
  /** Shared by the versions of the kind. */
  readonly memory: ConvertedObjects;
}

/**
 * The objects of a kind as one of its versions has them, where they are stored in another and a webhook has to be asked. What
 * is there already in that version costs a comparison.
 */
export class VersionForms {
  readonly #parts: VersionFormsParts;
  readonly #underWay = new Map<string, Question>();
  readonly #learned = new Map<string, JsonObject>();

  constructor(parts: VersionFormsParts) {
    this.#parts = parts;
  }

  get apiVersion(): string {
    return this.#parts.shape.apiVersion;
  }

  get storageShape(): ObjectShape {
    return this.#parts.storageShape;
  }

  /** Without asking anybody; undefined: somebody has to be asked. */
  known(object: StoredObject): StoredObject | undefined {
    const { shape, memory } = this.#parts;
    return object.shape.apiVersion === shape.apiVersion ? object : memory.get(object, shape.apiVersion);
  }

  /** @throws {UnreadableObjectError} with what the webhook did wrong */
  async present(object: StoredObject): Promise<StoredObject> {
    return this.known(object) ?? this.#one(object);
  }

  /**
   * All of them, in their order, those that have to be asked about together. What others are asking about is waited for.
   * @throws {UnreadableObjectError} with what the webhook did wrong
   */
  async all(objects: readonly StoredObject[]): Promise<readonly StoredObject[]> {
    const { apiVersion } = this;
    if (objects.every(({ shape }) => shape.apiVersion === apiVersion)) return objects;
    const made = objects.map((object) => this.known(object));
    const isMissing = (object: StoredObject, index: number) =>
      made[index] === undefined && !this.#underWay.has(keyOf(object));
    const missing = objects.filter(isMissing);
    const answers = new Map<string, StoredObject>();
    if (missing.length > 0) {
      const asked = this.#ask(missing);
      const isAlone = missing.length === 1;
      for (const [index, object] of missing.entries()) this.#follow(object, asked, { index, isAlone });
      for (const [index, object] of (await asked).entries()) answers.set(keyOf(missing[index] ?? object), object);
    }
    const all: StoredObject[] = [];
    for (const [index, object] of objects.entries()) {
      all.push(made[index] ?? answers.get(keyOf(object)) ?? (await this.present(object)));
    }
    return all;
  }

  /** Others, whose question failed, may have asked of an object that is at fault beside this one. */
  async #one(object: StoredObject): Promise<StoredObject> {
    const underWay = this.#underWay.get(keyOf(object));
    if (underWay?.isAlone === true) return underWay.made;
    if (underWay !== undefined) {
      const made = await underWay.made.catch(() => undefined);
      if (made !== undefined) return made;
      // Another one who waited may have asked again meanwhile.
      return this.#one(object);
    }
    const asked = this.#ask([object]);
    this.#follow(object, asked, { index: 0, isAlone: true });
    return (await asked)[0] ?? object;
  }

  #follow(
    object: StoredObject,
    asked: Promise<readonly StoredObject[]>,
    { index, isAlone }: { readonly index: number; readonly isAlone: boolean },
  ): void {
    const key = keyOf(object);
    const made = asked.then((objects) => objects[index] ?? object);
    const forget = () => {
      if (this.#underWay.get(key)?.made === made) this.#underWay.delete(key);
    };
    this.#underWay.set(key, { made, isAlone });
    made.then(forget, forget);
  }

  /** An object of this version as it is stored. @throws {ApiError} 500 with what the webhook did wrong */
  async stored(object: JsonObject): Promise<JsonObject> {
    return this.#convert(object, this.#parts.storageShape.apiVersion);
  }

  /** A stored object as this version has it. @throws {ApiError} as `stored` */
  async ofStored(object: JsonObject): Promise<JsonObject> {
    return this.#convert(object, this.apiVersion);
  }

  /** Has what was needed ready for the next time. @throws {ApiError} as `stored` */
  async learn({ object, apiVersion }: ConversionNeeded): Promise<void> {
    const converted = await this.#convert(object, apiVersion);
    this.#learned.set(learnedKey(object, apiVersion), converted);
    for (const oldest of this.#learned.keys()) {
      if (this.#learned.size <= maxLearned) return;
      this.#learned.delete(oldest);
    }
  }

  /** To another version and back, at once. Both throw {@link ConversionNeeded}. */
  conversionTo(apiVersion: string): Conversion {
    const now = (object: JsonObject, wanted: string): JsonObject => {
      const learned = this.#learned.get(learnedKey(object, wanted));
      if (learned === undefined) throw new ConversionNeeded(cloneJson(object), wanted);
      return cloneJson(learned);
    };
    return { toHub: (object) => now(object, this.apiVersion), fromHub: (object) => now(object, apiVersion) };
  }

  async #convert(object: JsonObject, apiVersion: string): Promise<JsonObject> {
    try {
      const [converted = object] = await this.#parts.asked.convert([object], apiVersion);
      return converted;
    } catch (error) {
      throw unknownError(error instanceof Error ? error.message : String(error), { cause: error });
    }
  }

  async #ask(objects: readonly StoredObject[]): Promise<readonly StoredObject[]> {
    const { asked, shape, memory } = this.#parts;
    let converted: readonly JsonObject[];
    try {
      converted = await asked.convert(
        objects.map((object) => object.parse()),
        shape.apiVersion,
      );
    } catch (error) {
      const [{ key, revision } = { key: '', revision: 0 }] = objects;
      const reason = error instanceof Error ? error.message : String(error);
      throw new UnreadableObjectError({ key, revision: asRevision(revision), reason });
    }
    return objects.map((object, index) => {
      const { key, namespace, name, revision, createRevision } = object;
      const bytes = encodeForClients(shape, converted[index] ?? {}, revision);
      const made = new StoredObject({ shape, key, namespace, name, revision, createRevision, bytes });
      memory.put(object, made);
      return made;
    });
  }
}

const learnedKey = (object: JsonObject, apiVersion: string): string => `${apiVersion} ${encodeJson(object)}`;

const keyOf = ({ key, revision, createRevision }: StoredObject): string => `${key} ${createRevision} ${revision}`;
