import { fieldLabelsOf, type Served } from '../../api/served-version.ts';
import { everything, type Selector } from '../../machinery/selection.ts';
import { FieldSelector, parseFieldSelector } from '../../machinery/selector/field-selector.ts';
import { parseLabelSelector } from '../../machinery/selector/label-selector.ts';
import { SelectorError } from '../../machinery/selector/selector-error.ts';
import { badRequest } from '../../machinery/status-errors.ts';

/** @throws {ApiError} 400 */
export const labelSelectorIn = (query: URLSearchParams): Selector =>
  parsed(query.get('labelSelector') ?? '', parseLabelSelector);

/**
 * A field selector over the fields that a resource can be selected by.
 * @throws {ApiError} 400 for bad syntax and for unknown fields
 */
export function fieldSelectorFor(served: Served, text: string): Selector {
  const labels = fieldLabelsOf(served);
  return parsed(text, (selector) =>
    parseFieldSelector(selector, [...labels.keys()], (label) => labels.get(label) ?? label, served.fieldLabelRefusal),
  );
}

/** What selects the one object of a name. */
export const nameSelector = (name: string): Selector =>
  new FieldSelector([{ field: 'metadata.name', operator: '=', value: name }]);

function parsed(text: string, parse: (text: string) => Selector): Selector {
  if (text === '') return everything;
  try {
    return parse(text);
  } catch (error) {
    if (error instanceof SelectorError) throw badRequest(error.message);
    throw error;
  }
}
