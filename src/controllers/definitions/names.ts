import { type Condition, conditionOf } from '../../api/apiextensions/definition-conditions.ts';
import type {
  CustomResourceDefinition,
  CustomResourceDefinitionNames,
} from '../../api/types/apiextensions-v1.generated.ts';
import { goQuote } from '../../machinery/go-quote.ts';
import { jsonEqual } from '../../machinery/json/json-equal.ts';
import type { JsonObject } from '../../machinery/json-value.ts';

type Names = CustomResourceDefinitionNames;

export interface NamesDecision {
  readonly accepted: Names;
  readonly namesAccepted: Condition;
  /** Undefined: it is what it was. */
  readonly established: Condition | undefined;
}

/**
 * Which of the names that a definition asks for it gets: those that no other definition of its group has. `others`: what
 * these have. Undefined: it has all that it asks for already.
 */
export function decideNames(
  definition: CustomResourceDefinition,
  others: () => Iterable<Names>,
): NamesDecision | undefined {
  const { names: wanted = {} } = definition.spec ?? {};
  const present = definition.status?.acceptedNames ?? {};
  if (sameNames(wanted, present)) return undefined;
  const resources = new Set<string | undefined>();
  const kinds = new Set<string | undefined>();
  for (const { plural, singular, shortNames = [], kind, listKind } of others()) {
    for (const name of [plural, singular, ...shortNames]) resources.add(name);
    for (const name of [kind, listKind]) kinds.add(name);
  }
  const accepted: Names = { ...present };
  let refusal: Condition | undefined;
  const refuse = (reason: string, message: string): void => {
    refusal = { type: 'NamesAccepted', status: 'False', reason, message };
  };
  for (const [key, reason, taken] of [
    ['plural', 'PluralConflict', resources],
    ['singular', 'SingularConflict', resources],
    ['shortNames', 'ShortNamesConflict', resources],
    ['kind', 'KindConflict', kinds],
    ['listKind', 'ListKindConflict', kinds],
  ] as const) {
    const had = [present[key] ?? []].flat();
    const conflicts = [wanted[key] ?? []].flat().filter((name) => !had.includes(name) && taken.has(name));
    if (conflicts.length > 0) refuse(reason, aggregated(conflicts.map((name) => `${goQuote(name)} is already in use`)));
    else if (key === 'shortNames') setNames(accepted, key, wanted[key]);
    else accepted[key] = wanted[key] ?? '';
  }
  setNames(accepted, 'categories', wanted.categories);
  return {
    accepted,
    namesAccepted: refusal ?? {
      type: 'NamesAccepted',
      status: 'True',
      reason: 'NoConflicts',
      message: 'no conflicts found',
    },
    established: established(definition, refusal === undefined),
  };
}

function setNames(names: Names, key: 'shortNames' | 'categories', value: readonly string[] | undefined): void {
  if (value === undefined || value.length === 0) delete names[key];
  else names[key] = [...value];
}

function established(definition: CustomResourceDefinition, allAccepted: boolean): Condition | undefined {
  const present = conditionOf(definition, 'Established');
  if (present?.status === 'True' || (present !== undefined && !allAccepted)) return undefined;
  return allAccepted
    ? {
        type: 'Established',
        status: 'False',
        reason: 'Installing',
        message: 'the initial names have been accepted',
      }
    : { type: 'Established', status: 'False', reason: 'NotAccepted', message: 'not all names are accepted' };
}

const aggregated = (texts: readonly string[]): string =>
  texts.length === 1 ? (texts[0] ?? '') : `[${texts.join(', ')}]`;

/** No names and an empty list of them are the same. */
function sameNames(a: Names, b: Names): boolean {
  const filled = ({ shortNames = [], categories = [], ...names }: Names): JsonObject => ({
    plural: names.plural ?? '',
    singular: names.singular ?? '',
    kind: names.kind ?? '',
    listKind: names.listKind ?? '',
    shortNames,
    categories,
  });
  return jsonEqual(filled(a), filled(b));
}
