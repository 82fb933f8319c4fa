import { type FunctionDeclaration, overload } from '../function.ts';
import { elementsOf } from '../list.ts';
import type { Meter } from '../meter.ts';
import { boolType, listType, paramType } from '../type.ts';
import type { CelList } from '../value.ts';
import { contains } from './standard.ts';

const listT = listType(paramType('T'));

function containsAll(meter: Meter, list: CelList, part: CelList): boolean {
  for (const element of elementsOf(part)) {
    if (contains(meter, element, list) !== true) return false;
  }
  return true;
}

function intersects(meter: Meter, list: CelList, other: CelList): boolean {
  for (const element of elementsOf(list)) {
    if (contains(meter, element, other) === true) return true;
  }
  return false;
}

/** cel-go's extension for lists that are taken for sets. */
export const setsLibrary: readonly FunctionDeclaration[] = [
  { name: 'sets.contains', overloads: [overload('list_sets_contains_list', [listT, listT], boolType, containsAll)] },
  {
    name: 'sets.equivalent',
    overloads: [
      overload(
        'list_sets_equivalent_list',
        [listT, listT],
        boolType,
        (meter: Meter, list: CelList, other: CelList) =>
          containsAll(meter, list, other) && containsAll(meter, other, list),
      ),
    ],
  },
  {
    name: 'sets.intersects',
    overloads: [overload('list_sets_intersects_list', [listT, listT], boolType, intersects)],
  },
];
