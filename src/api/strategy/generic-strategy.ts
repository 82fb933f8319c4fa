import { allBut } from '../../machinery/apply/field-filter.ts';
import type { FieldError } from '../../machinery/field-error.ts';
import { hasEmptied } from '../../machinery/json/emptied.ts';
import { jsonEqual } from '../../machinery/json/json-equal.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../../machinery/json-value.ts';
import { finalizersOf, generationOf as generationIn, metadataOf } from '../../machinery/object-meta.ts';
import { validateKnownFinalizers } from '../../machinery/validation/finalizers.ts';
import type { CreateChecks, Occasion, Strategy, UpdateStrategy } from './strategy.ts';

/**
 * How a resource differs from the rest. Everything left out is as most resources have it. `T`: the type of its objects as
 * api/types has it, so that rules read `service.spec?.ports`: whatever comes to a strategy has been decoded into it.
 * Rules say what is wrong as a list of FieldErrors, in Kubernetes' order.
 */
export interface StrategyRules<T extends object = JsonObject> {
  /**
   * Fills in what a client may leave out, before anything else looks; on every write, of subresources too, and of what
   * the store holds.
   */
  readonly defaults?: (object: T) => void;
  /**
   * The resource has a `status` subresource, and this is what status is on create: a client's is dropped.
   * Writes to the object keep the old status; writes to `status` keep everything else.
   */
  readonly initialStatus?: (object: T, occasion: Occasion) => JsonObject;
  /** metadata.generation is 1 on create and counted up when one of these paths below the object changes. */
  readonly generationOf?: readonly (readonly string[])[];
  /** For that an empty list or map is another value than none. */
  readonly generationCountsEmpty?: true;
  readonly onCreate?: (object: T, occasion: Occasion) => void;
  readonly onUpdate?: (object: T, old: T) => void;
  /** Of a create only, before anything else is: what it needs to be allowed. */
  readonly validateFirst?: (object: T) => readonly FieldError[];
  readonly validate?: (object: T) => readonly FieldError[];
  /** After `validate`. */
  readonly validateChange?: (object: T, old: T) => readonly FieldError[];
  /** In the place of `validate` and `validateChange`, of kinds whose updates are looked at in an order of their own. */
  readonly validateUpdate?: (object: T, old: T) => readonly FieldError[];
  /** Absent: a name may be whatever can be a segment of a path. */
  readonly validateName?: Parameters<CreateChecks['metadataErrors']>[0];
  readonly warningsOnCreate?: (object: T) => readonly string[];
  readonly warningsOnUpdate?: (object: T, old: T) => readonly string[];
  readonly warningsOnStatusUpdate?: (object: T, old: T) => readonly string[];
  readonly allowCreateOnUpdate?: boolean;
  readonly allowUnconditionalUpdate?: boolean;
  /** What a write to `status` takes from the old object besides all but status and metadata. */
  readonly onStatusUpdate?: (object: T, old: T, occasion: Occasion) => void;
  /** What `onStatusUpdate` resets, so that nobody can come to manage it by writing to `status`: paths. */
  readonly statusResets?: readonly (readonly string[])[];
  readonly validateStatus?: (object: T, old: T, occasion: Occasion) => readonly FieldError[];
  /** Subresources besides `status`. */
  readonly subresources?: Readonly<Record<string, UpdateStrategy>>;
  readonly canonicalize?: (object: T) => void;
  /** True: a finalizer needs no domain. Most built-in kinds ask for one, or for a name of Kubernetes' own. */
  readonly allowAnyFinalizer?: boolean;
  readonly more?: Partial<Strategy>;
}

/** Takes `key` from `old`, or removes it when `old` has none. */
export function keepOld(object: JsonObject, old: JsonObject, key: string): void {
  const value = Object.hasOwn(old, key) ? old[key] : undefined;
  if (value === undefined) delete object[key];
  else object[key] = value;
}

function at(object: JsonObject, path: readonly string[]): JsonValue | undefined {
  let value: JsonValue | undefined = object;
  for (const key of path) value = isJsonObject(value) ? value[key] : undefined;
  return value;
}

function countGeneration(
  object: JsonObject,
  old: JsonObject,
  paths: readonly (readonly string[])[],
  countsEmpty = false,
): void {
  const differs = (path: readonly string[]): boolean => {
    const value = at(object, path);
    return !jsonEqual(value, at(old, path)) || (countsEmpty && hasEmptied(value ?? null));
  };
  if (paths.some(differs)) metadataOf(object)['generation'] = generationIn(old) + 1;
}

/** The strategy that the generic store drives: Kubernetes' common behaviour with a resource's own rules in it. */
export function genericStrategy<T extends object = JsonObject>(typed: StrategyRules<T>): Strategy {
  // The one place where a decoded object becomes its type.
  const rules = typed as unknown as StrategyRules;
  const { initialStatus, generationOf = [] } = rules;
  const validateAll = (object: JsonObject): readonly FieldError[] =>
    rules.allowAnyFinalizer === true ? [] : validateKnownFinalizers(finalizersOf(object), 'metadata.finalizers');
  const status: UpdateStrategy = {
    prepareForUpdate(object, old, occasion) {
      for (const key of new Set([...Object.keys(object), ...Object.keys(old)])) {
        if (key !== 'metadata' && key !== 'status') keepOld(object, old, key);
      }
      rules.onStatusUpdate?.(object, old, occasion);
    },
    validateUpdate: (object, old, _, occasion) => [
      ...validateAll(object),
      ...(rules.validateStatus?.(object, old, occasion) ?? []),
    ],
    managedFields: allBut(['spec'], ...(rules.statusResets ?? [])),
    warningsOnUpdate: rules.warningsOnStatusUpdate,
  };
  return {
    setDefaults: (object) => rules.defaults?.(object),
    prepareForCreate(object, occasion) {
      if (initialStatus !== undefined) object['status'] = initialStatus(object, occasion);
      if (generationOf.length > 0) metadataOf(object)['generation'] = 1;
      rules.onCreate?.(object, occasion);
    },
    validateCreate: (object, checks) => [
      ...(rules.validateFirst?.(object) ?? []),
      ...checks.metadataErrors(rules.validateName ?? (() => [])),
      ...validateAll(object),
      ...(rules.validate?.(object) ?? []),
    ],
    prepareForUpdate(object, old) {
      if (initialStatus !== undefined) keepOld(object, old, 'status');
      rules.onUpdate?.(object, old);
      countGeneration(object, old, generationOf, rules.generationCountsEmpty);
    },
    validateUpdate: (object, old) => [
      ...validateAll(object),
      ...(rules.validateUpdate?.(object, old) ?? [
        ...(rules.validate?.(object) ?? []),
        ...(rules.validateChange?.(object, old) ?? []),
      ]),
    ],
    subresources: { ...(initialStatus === undefined ? {} : { status }), ...rules.subresources },
    canonicalize: rules.canonicalize,
    warningsOnCreate: rules.warningsOnCreate,
    warningsOnUpdate: rules.warningsOnUpdate,
    managedFields: initialStatus === undefined ? undefined : allBut(['status']),
    allowCreateOnUpdate: rules.allowCreateOnUpdate ?? false,
    allowUnconditionalUpdate: rules.allowUnconditionalUpdate ?? true,
    ...rules.more,
  };
}
