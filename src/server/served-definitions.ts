import { createHash } from 'node:crypto';
import { isConditionTrue } from '../api/apiextensions/definition-conditions.ts';
import type { Kind } from '../api/kind.ts';
import type { AskedConversion } from '../api/served-version.ts';
import type { CustomResourceDefinition } from '../api/types/apiextensions-v1.generated.ts';
import type { Logger } from '../base/logger.ts';
import { customKindOf } from '../extensions/custom-kind.ts';
import { encodeJson } from '../machinery/json/encode.ts';
import type { ServedKinds } from './served-kinds.ts';

/** What is served of a definition: the kind, and of which state of the definition it is. */
interface Serving {
  /** Undefined: nothing can be, as somebody else has the place. */
  kind: Kind | undefined;
  readonly state: string;
  /** Its cache is filled, or nothing is served of it. */
  filled: boolean;
}

/** How objects of a definition are converted by a webhook. Must not throw. */
type ConversionOf = (definition: CustomResourceDefinition) => AskedConversion;

/** Which kinds are served because definitions describe them. Calls for one definition must not overlap. */
export class ServedDefinitions {
  readonly #kinds: ServedKinds;
  readonly #logger: Logger;
  readonly #conversion: ConversionOf;
  readonly #serving = new Map<string, Serving>();

  constructor(kinds: ServedKinds, logger: Logger, conversion: ConversionOf) {
    this.#kinds = kinds;
    this.#logger = logger;
    this.#conversion = conversion;
  }

  /** For the start: serves what was established before, from the moment on at which the first list has come. */
  install(definitions: readonly CustomResourceDefinition[]): void {
    for (const definition of definitions) {
      const name = definition.metadata?.name ?? '';
      const kind = this.#readable(name, definition);
      if (kind === undefined) continue;
      const installed = this.#guarded(name, () => this.#kinds.install([kind]));
      this.#serving.set(name, { kind: installed ? kind : undefined, state: stateOf(definition), filled: true });
    }
  }

  /** Serves what the definition describes, or nothing any more. Resolves once its cache is filled. */
  async serve(name: string, definition: CustomResourceDefinition | undefined): Promise<void> {
    const before = this.#serving.get(name);
    const kind = definition && this.#kindOf(definition);
    if (definition === undefined || kind === undefined) {
      this.#serving.delete(name);
      if (before?.kind !== undefined) this.#kinds.remove(before.kind.stored);
      return;
    }
    const state = stateOf(definition);
    if (before?.state === state) {
      await this.#kinds.replacement(kind.stored.group, kind.stored.resource);
      return;
    }
    const serving: Serving = { kind, state, filled: false };
    this.#serving.set(name, serving);
    const same = before?.kind?.stored.resource === kind.stored.resource;
    if (before?.kind !== undefined && !same) this.#kinds.remove(before.kind.stored);
    try {
      if (same) await this.#kinds.replace(kind);
      else await this.#kinds.add(kind);
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      this.#taken(name, error);
      serving.kind = undefined;
    }
    serving.filled = true;
  }

  /** The same of one that was established before. */
  async serveEstablished(definition: CustomResourceDefinition): Promise<void> {
    if (isConditionTrue(definition, 'Established')) await this.serve(definition.metadata?.name ?? '', definition);
  }

  /** Whether requests are answered by this very state of the definition. */
  serves(definition: CustomResourceDefinition): boolean {
    const serving = this.#serving.get(definition.metadata?.name ?? '');
    return serving?.filled === true && serving.state === stateOf(definition);
  }

  /** Whether the definition's own kind is what is served. */
  isServed(name: string): boolean {
    return this.#serving.get(name)?.kind !== undefined;
  }

  #kindOf(definition: CustomResourceDefinition): Kind | undefined {
    return customKindOf(definition, this.#conversion(definition));
  }

  /** The kind of one that is established. What stands in the store may be anything: it keeps no server from starting. */
  #readable(name: string, definition: CustomResourceDefinition): Kind | undefined {
    try {
      return isConditionTrue(definition, 'Established') ? this.#kindOf(definition) : undefined;
    } catch (error) {
      this.#logger.warn('a stored custom resource definition cannot be read', { definition: name, error });
      return undefined;
    }
  }

  #guarded(name: string, act: () => void): boolean {
    try {
      act();
      return true;
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      this.#taken(name, error);
      return false;
    }
  }

  /** A definition of what is built in: as in the original it is established, and never asked. */
  #taken(name: string, error: RangeError): void {
    this.#logger.warn('a custom resource definition describes what is served already', { definition: name, error });
  }
}

/** Changes when something changes that serving depends on. Another definition of the same name is another one. */
function stateOf({ metadata, spec, status }: CustomResourceDefinition): string {
  const { group, names: _names, ...served } = spec ?? {};
  const parts = { uid: metadata?.uid ?? '', group: group ?? '', names: status?.acceptedNames ?? {}, served };
  return createHash('sha256').update(encodeJson(parts)).digest('base64');
}
