import type { Call, FunctionDeclaration, Overload } from './function.ts';
import type { Meter } from './meter.ts';
import { isOfType } from './runtime-type.ts';
import { CelError, typeOf, type Value } from './value.ts';

/** What a call does, whatever it is given. */
export type Dispatch = (meter: Meter, args: readonly Value[]) => Value;

const invoke = (call: Call, meter: Meter, args: readonly Value[]): Value =>
  (call as (meter: Meter, ...args: readonly Value[]) => Value)(meter, ...args);

const takes = ({ args }: Overload, values: readonly Value[]): boolean =>
  args.length === values.length && args.every((type, at) => isOfType(values[at] as Value, type));

function noOverload(name: string, values: readonly Value[]): Value {
  const error = values.find((value) => value instanceof CelError);
  return error ?? new CelError(`no such overload: ${name}(${values.map((value) => typeOf(value).name).join(', ')})`);
}

/** The overload that was found when the expression was checked, or the one that the values are of. */
export function dispatchTo(declaration: FunctionDeclaration, overloads: readonly Overload[]): Dispatch | undefined {
  const { name, call, isUnguarded } = declaration;
  if (call !== undefined) return (meter, args) => invoke(call, meter, args);
  const [only, ...others] = overloads.length === 1 ? overloads : declaration.overloads;
  if (only?.call === undefined) return undefined;
  const implementation = only.call;
  if (others.length === 0) {
    if (isUnguarded === true) return (meter, args) => invoke(implementation, meter, args);
    return (meter, args) => (takes(only, args) ? invoke(implementation, meter, args) : noOverload(name, args));
  }
  return (meter, args) => {
    const found = declaration.overloads.find((overload) => overload.call !== undefined && takes(overload, args));
    return found?.call === undefined ? noOverload(name, args) : invoke(found.call, meter, args);
  };
}
