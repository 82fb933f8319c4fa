import type { Step } from './attribute.ts';
import { CelError, CelList, CelMap, isError, type Value } from './value.ts';
import { goTypeName } from './value-text.ts';

/** A comprehension whose parts can be evaluated, and the slots of its variables. */
export interface FoldParts {
  readonly range: Step;
  readonly condition: Step;
  readonly step: Step;
  readonly result: Step;
  readonly gathered: number;
  readonly first: number;
  /** With two variables. */
  readonly second: number | undefined;
}

export function fold({ range, condition, step, result, gathered, first, second }: FoldParts): Step {
  return (frame) => {
    const { slots, meter } = frame;
    slots[gathered] = undefined;
    const iterated = range(frame);
    if (isError(iterated)) return iterated;
    const iterate = (key: Value, value: Value): boolean | CelError => {
      slots[first] = key;
      if (second !== undefined) slots[second] = value;
      const goesOn = condition(frame);
      if (typeof goesOn === 'boolean' && !goesOn) return false;
      slots[gathered] = step(frame);
      return meter.interrupted() ?? true;
    };
    const end =
      iterated instanceof CelList
        ? overList(iterated, second !== undefined, iterate)
        : overMap(iterated, second !== undefined, iterate);
    return end ?? result(frame);
  };
}

type Iterate = (key: Value, value: Value) => boolean | CelError;

function overList(list: CelList, isTwo: boolean, iterate: Iterate): CelError | undefined {
  for (let at = 0; at < list.size; at++) {
    const element = list.at(at);
    const goesOn = isTwo ? iterate(at, element) : iterate(element, null);
    if (goesOn !== true) return goesOn === false ? undefined : goesOn;
  }
  return undefined;
}

function overMap(map: Value, isTwo: boolean, iterate: Iterate): CelError | undefined {
  if (!(map instanceof CelMap)) {
    const name = goTypeName(map);
    return new CelError(
      isTwo ? `unsupported comprehension range type: ${name}` : `got '${name}', expected iterable type`,
    );
  }
  for (const key of map.keys()) {
    const goesOn = iterate(key, isTwo ? (map.find(key) ?? null) : null);
    if (goesOn !== true) return goesOn === false ? undefined : goesOn;
  }
  return undefined;
}
