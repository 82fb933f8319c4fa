import type { Transform } from '../../encoding/media-type.ts';
import type { TableOptions } from '../../encoding/table.ts';
import { goQuote } from '../../machinery/go-quote.ts';
import { badRequest } from '../../machinery/status-errors.ts';

/** @throws {ApiError} 400 for an `includeObject` that is none. */
export function tableOptionsOf(query: URLSearchParams, version: Transform['version']): TableOptions {
  const includeObject = query.get('includeObject') ?? '';
  switch (includeObject) {
    case '':
      return { version, includeObject: 'Metadata' };
    case 'None':
    case 'Metadata':
    case 'Object':
      return { version, includeObject };
    default:
      throw badRequest(
        `Unable to convert to Table as requested: includeObject: Invalid value: ${goQuote(includeObject)}: ` +
          "must be 'Metadata', 'Object', 'None', or empty",
      );
  }
}
