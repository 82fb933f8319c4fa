import { greatest } from '../../machinery/cel/cost-range.ts';
import { type FieldError, forbiddenValue } from '../../machinery/field-error.ts';
import { schemaCostLimit } from '../../machinery/rules/limits.ts';

interface PlacedCost {
  readonly path: string;
  readonly cost: bigint;
}

/** So many places are named when all together cost too much. */
const maxPlaces = 4;

/** What the rules of a schema may cost together, and which of them cost most. */
export class TotalCost {
  #total = 0n;
  #greatest: readonly PlacedCost[] = [];

  /** `cost`: of the expression at `path`, as often as it may be evaluated for one object. */
  add(path: string, cost: bigint): void {
    this.#total = saturated(this.#total + cost);
    if (cost < schemaCostLimit / 100n) return;
    const sorted = [...this.#greatest, { path, cost }].sort((a, b) => (a.cost < b.cost ? 1 : a.cost > b.cost ? -1 : 0));
    this.#greatest = sorted.slice(0, maxPlaces);
  }

  /** What is wrong with it, at the `path` of the schema. */
  errors(path: string): FieldError[] {
    if (this.#total <= schemaCostLimit) return [];
    const why = 'contributed to estimated rule cost total exceeding cost limit for entire OpenAPIv3 schema';
    const whole = 'x-kubernetes-validations estimated rule cost total for entire OpenAPIv3 schema';
    return [
      ...this.#greatest.map(({ path: at }) => forbiddenValue(at, why)),
      forbiddenValue(path, excess(whole, this.#total, schemaCostLimit)),
    ];
  }
}

/** As a uint64. */
export const saturated = (cost: bigint): bigint => (cost > greatest ? greatest : cost);

/** By how much `what` costs too much. */
export function excess(what: string, cost: bigint, limit: bigint): string {
  const times = Number(cost) / Number(limit);
  const factor = times > 100 ? 'more than 100x' : times < 1.5 ? `${times.toFixed(6)}x` : `${times.toFixed(1)}x`;
  return `${what} exceeds budget by factor of ${factor} (try simplifying the rule, or adding maxItems, maxProperties, and maxLength where arrays, maps, and strings are declared)`;
}
