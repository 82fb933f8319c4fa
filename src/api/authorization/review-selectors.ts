import { parseFieldRequirements } from '../../machinery/selector/field-selector.ts';
import { type LabelOperator, labelRequirement } from '../../machinery/selector/label-requirement.ts';
import { parseLabelSelector } from '../../machinery/selector/label-selector.ts';
import { SelectorError } from '../../machinery/selector/selector-error.ts';
import type { ResourceAttributes } from '../types/authorization-v1.generated.ts';
import type { FieldSelectorRequirement, LabelSelectorRequirement } from '../types/meta-v1.generated.ts';

/** What of the selectors of a question cannot be understood, and so counts for nothing in its answer. */
export function selectorProblems({ fieldSelector, labelSelector }: ResourceAttributes = {}): readonly string[] {
  const fields = fieldSelector?.requirements ?? [];
  const labels = labelSelector?.requirements ?? [];
  return [
    ...(fields.length > 0
      ? ignoredPart('fieldSelector', fields, isKnownField)
      : ignoredText('fieldSelector', fieldSelector?.rawSelector ?? '', parseFieldRequirements)),
    ...(labels.length > 0
      ? ignoredPart('labelSelector', labels, isKnownLabel)
      : ignoredText('labelSelector', labelSelector?.rawSelector ?? '', parseLabelSelector)),
  ];
}

const because = (selector: string, how: string): string =>
  `spec.resourceAttributes.${selector} ${how} due to parse error`;

function ignoredText(selector: string, text: string, parse: (text: string) => unknown): readonly string[] {
  return text === '' || isParsed(() => parse(text)) ? [] : [because(selector, 'ignored')];
}

function ignoredPart<T>(selector: string, all: readonly T[], isKnown: (one: T) => boolean): readonly string[] {
  const known = all.filter(isKnown).length;
  if (known === all.length) return [];
  return [because(selector, known === 0 ? 'ignored' : 'partially ignored')];
}

function isParsed(parse: () => unknown): boolean {
  try {
    parse();
    return true;
  } catch (error) {
    if (error instanceof SelectorError) return false;
    throw error;
  }
}

/** Of fields, one value can be equal or not. */
const isKnownField = ({ operator = '', values }: FieldSelectorRequirement): boolean =>
  ['In', 'NotIn'].includes(operator) && (values ?? []).length === 1;

const operators: Readonly<Record<string, LabelOperator>> = {
  In: 'in',
  NotIn: 'notin',
  Exists: 'exists',
  DoesNotExist: '!',
};

function isKnownLabel({ key = '', operator = '', values }: LabelSelectorRequirement): boolean {
  const own = Object.hasOwn(operators, operator) ? operators[operator] : undefined;
  return own !== undefined && isParsed(() => labelRequirement(key, own, values ?? []));
}
