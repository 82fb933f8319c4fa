import { addInvalid, requiredValue, tooMany } from '../../machinery/field-error.ts';
import { dns1123Label } from '../../machinery/validation/dns.ts';
import { checkDeclaredList, type RuleErrors } from '../../machinery/validation/rule-errors.ts';
import { versionedStruct } from '../core/internal-structs.ts';
import type { Counter, CounterSet, DeviceCounterConsumption } from '../types/resource-v1.generated.ts';

const maxCounterSets = 8;
const maxConsumptions = 2;
/** Of one set, and of what one device takes of it. */
const maxCounters = 32;

/** Looks at what devices of a slice share. `before`: the declared rules look at no set that is as it was. */
export function checkCounterSets(
  sets: readonly CounterSet[] | undefined,
  path: string,
  errors: RuleErrors,
  before?: readonly CounterSet[],
): void {
  const list = {
    max: maxCounterSets,
    keyOf: ({ name = '' }: CounterSet) => name,
    shown: (set: CounterSet) => versionedStruct('CounterSet', set),
    before,
  };
  checkDeclaredList(sets, path, errors, list, ({ name = '', counters }, at, inside) => {
    checkShortName(name, `${at}.name`, inside);
    checkCounters(counters, `${at}.counters`, inside);
  });
}

/** What a device takes of them. */
export function checkConsumptions(
  consumptions: readonly DeviceCounterConsumption[] | undefined,
  path: string,
  errors: RuleErrors,
): void {
  const list = {
    max: maxConsumptions,
    keyOf: ({ counterSet = '' }: DeviceCounterConsumption) => counterSet,
    shown: (consumption: DeviceCounterConsumption) => versionedStruct('DeviceCounterConsumption', consumption),
  };
  checkDeclaredList(consumptions, path, errors, list, ({ counterSet = '', counters }, at, inside) => {
    checkShortName(counterSet, `${at}.counterSet`, inside);
    checkCounters(counters, `${at}.counters`, inside);
  });
}

function checkShortName(name: string, path: string, { declared }: RuleErrors): void {
  if (name === '') declared.push(requiredValue(path));
  else addInvalid(declared, path, name, dns1123Label(name, 'bytes'));
}

function checkCounters(
  counters: Readonly<Record<string, Counter>> | undefined,
  path: string,
  { written, declared }: RuleErrors,
): void {
  const names = Object.keys(counters ?? {});
  if (names.length === 0) declared.push(requiredValue(path));
  if (names.length > maxCounters) written.push(tooMany(path, names.length, maxCounters));
  for (const name of names) addInvalid(declared, path, name, dns1123Label(name, 'bytes'));
}
