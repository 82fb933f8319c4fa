import { ApiError } from '../api-error.ts';
import { compareText } from '../compare-text.ts';
import { goQuote } from '../go-quote.ts';
import { type JsonObject, stringAt } from '../json-value.ts';
import { type FieldSet, pathsOf } from './field-set.ts';
import { showPath } from './path-element.ts';

interface Conflict {
  readonly manager: string;
  readonly path: string;
}

/** 409: each field that others manage is a cause. `conflicts`: by the identifier of who manages them. */
export function applyConflict(conflicts: ReadonlyMap<string, FieldSet>): ApiError {
  const identifiers = [...conflicts.keys()].sort(compareText);
  const each = identifiers.flatMap((identifier): readonly Conflict[] => {
    const manager = showManager(identifier);
    return [...pathsOf(conflicts.get(identifier) ?? {})].map((path) => ({ manager, path: showPath(path) }));
  });
  const causes = each.map(({ manager, path }) => ({
    reason: 'FieldManagerConflict',
    message: `conflict with ${manager}`,
    field: path,
  }));
  return new ApiError(409, 'Conflict', messageOf(each), { details: { causes } });
}

function messageOf(conflicts: readonly Conflict[]): string {
  const [first] = conflicts;
  if (conflicts.length === 1 && first !== undefined) {
    return `Apply failed with 1 conflict: conflict with ${first.manager}: ${first.path}`;
  }
  const lines: string[] = [];
  let before = '';
  for (const { manager, path } of conflicts) {
    if (manager !== before) lines.push(`conflicts with ${manager}:`);
    before = manager;
    lines.push(`- ${path}`);
  }
  return `Apply failed with ${conflicts.length} conflicts: ${lines.join('\n')}`;
}

/** `"kubectl-edit" with subresource "status" using v1`: appliers have no version. */
function showManager(identifier: string): string {
  const said = JSON.parse(identifier) as JsonObject;
  const subresource = stringAt(said, 'subresource');
  const name =
    goQuote(stringAt(said, 'manager')) + (subresource === '' ? '' : ` with subresource ${goQuote(subresource)}`);
  return stringAt(said, 'operation') === 'Update' ? `${name} using ${stringAt(said, 'apiVersion')}` : name;
}
