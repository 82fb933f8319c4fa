import type { SubresourceKind } from '../api/subresource-kind.ts';
import type { CustomResourceSubresourceScale } from '../api/types/apiextensions-v1.generated.ts';
import { type FieldError, invalidValue } from '../machinery/field-error.ts';
import { goTypeText, goValueText } from '../machinery/go-value-text.ts';
import { isFloat } from '../machinery/json/floats.ts';
import { textAt, valueAt } from '../machinery/json/json-path.ts';
import { emptyObject } from '../machinery/json/parse.ts';
import { isJsonObject, type JsonObject, type JsonValue, objectAt } from '../machinery/json-value.ts';
import { badRequest, internalError } from '../machinery/status-errors.ts';

const maxReplicas = 2 ** 31 - 1;
const identity = ['name', 'namespace', 'uid', 'resourceVersion', 'creationTimestamp'] as const;
const scaleKind = { group: 'autoscaling', version: 'v1', kind: 'Scale' } as const;

/** `.spec.replicas` as its steps. */
const stepsOf = (path: string): readonly string[] => path.replace(/^\./, '').split('.');

type Read<T> = { readonly value: T | undefined } | { readonly wrong: string };

/** What lies under a path, if it has the type; in Go's words, what is there instead. */
function read<T extends JsonValue>(
  object: JsonObject,
  path: string,
  is: (value: JsonValue) => value is T,
  type: string,
): Read<T> {
  const steps = stepsOf(path);
  let value: JsonValue = object;
  let float = false;
  for (const [depth, step] of steps.entries()) {
    if (value === null) return { value: undefined };
    if (!isJsonObject(value)) {
      const at = `.${steps.slice(0, depth + 1).join('.')}`;
      const what = `${goValueText(value)} is of the type ${goTypeText(value)}, expected map[string]interface{}`;
      return { wrong: `${at} accessor error: ${what}` };
    }
    if (!Object.hasOwn(value, step)) return { value: undefined };
    float = isFloat(value, step);
    value = value[step] ?? null;
  }
  if (is(value) && !float) return { value };
  const what = value === null ? '<nil>' : float ? 'float64' : goTypeText(value);
  return {
    wrong: `.${steps.join('.')} accessor error: ${goValueText(value)} is of the type ${what}, expected ${type}`,
  };
}

const isInteger = (value: JsonValue): value is number | bigint =>
  typeof value === 'bigint' || Number.isSafeInteger(value);
const isText = (value: JsonValue): value is string => typeof value === 'string';

function replicasErrors(object: JsonObject, path: string): FieldError[] {
  const found = read(object, path, isInteger, 'int64');
  if ('wrong' in found) return [invalidValue(path, 0, found.wrong)];
  const replicas = found.value ?? 0;
  if (replicas < 0) return [invalidValue(path, replicas, 'should be a non-negative integer')];
  if (replicas > maxReplicas) return [invalidValue(path, replicas, `should be less than or equal to ${maxReplicas}`)];
  return [];
}

/** What is wrong with the numbers of an object that can be scaled. */
export const scaleErrors = (object: JsonObject, scale: CustomResourceSubresourceScale | undefined): FieldError[] =>
  scale === undefined
    ? []
    : [...replicasErrors(object, scale.specReplicasPath ?? ''), ...scaleStatusErrors(object, scale)];

export function scaleStatusErrors(object: JsonObject, scale: CustomResourceSubresourceScale | undefined): FieldError[] {
  if (scale === undefined) return [];
  const errors = replicasErrors(object, scale.statusReplicasPath ?? '');
  const selector = scale.labelSelectorPath ?? '';
  if (selector === '') return errors;
  const found = read(object, selector, isText, 'string');
  return 'wrong' in found ? [...errors, invalidValue(selector, '', found.wrong)] : errors;
}

/** `scale` of a definition: the numbers lie where it says. */
export function scaleOfPaths(scale: CustomResourceSubresourceScale): SubresourceKind {
  const { specReplicasPath = '', statusReplicasPath = '', labelSelectorPath = '' } = scale;
  const inObject = stepsOf(specReplicasPath);
  const number = (object: JsonObject, path: string): Read<number | bigint> => read(object, path, isInteger, 'int64');
  return {
    ...scaleKind,
    view: {
      field: { inObject, inView: ['spec', 'replicas'] },
      of(object) {
        const replicas = valueOf(number(object, specReplicasPath));
        if (replicas === undefined) {
          throw internalError(`the spec replicas field ${JSON.stringify(specReplicasPath)} does not exist`);
        }
        const current = valueOf(number(object, statusReplicasPath)) ?? 0;
        const selector =
          labelSelectorPath === '' ? '' : (valueOf(read(object, labelSelectorPath, isText, 'string')) ?? '');
        const metadata = objectAt(object, 'metadata');
        return {
          kind: scaleKind.kind,
          apiVersion: 'autoscaling/v1',
          metadata: Object.fromEntries(
            identity.flatMap((field) => {
              const text = textAt(metadata, field);
              return text === '' ? [] : [[field, text]];
            }),
          ),
          spec: Number(replicas) === 0 ? {} : { replicas },
          status: { replicas: current, ...(selector === '' ? {} : { selector }) },
        };
      },
      into(object, view) {
        const replicas = valueAt(view, 'spec', 'replicas') ?? 0;
        setAt(object, inObject, replicas);
      },
    },
  };
}

/** @throws {ApiError} 400 */
function valueOf<T>(found: Read<T>): T | undefined {
  if ('wrong' in found) throw badRequest(found.wrong);
  return found.value;
}

/** Objects on the way are made where they are missing. */
function setAt(object: JsonObject, steps: readonly string[], value: JsonValue): void {
  let at = object;
  for (const step of steps.slice(0, -1)) {
    const next = at[step];
    if (next !== undefined && !isJsonObject(next)) throw badRequest(`${step} is no object`);
    const inner: JsonObject = next ?? emptyObject();
    at[step] = inner;
    at = inner;
  }
  at[steps.at(-1) ?? ''] = value;
}
