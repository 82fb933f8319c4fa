import type { JsonObject } from '../../machinery/json-value.ts';
import type { AgingText } from './aging-text.ts';

/** One field of a row. */
export type Cell = string | number | boolean | null | AgingText;

/** One column of `kubectl get`. `priority` above 0: only with `-o wide`. metav1.TableColumnDefinition. */
export interface PrinterColumn {
  readonly name: string;
  readonly type: 'string' | 'integer' | 'number' | 'boolean' | 'date';
  readonly format?: string;
  readonly description: string;
  readonly priority?: number;
  /** Rows have the cell, the list of columns does not: what the original forgot to name. */
  readonly unlisted?: true;
  /** Of the object alone: a row is made once per revision, and only the ages in it are written anew. */
  readonly cell: (object: JsonObject) => Cell;
}

/** metav1.TableRowCondition. The only type is `Completed`: the object's work is over, so clients may show it less. */
export interface RowCondition {
  readonly type: 'Completed';
  readonly status: 'True';
  readonly reason: string;
  readonly message: string;
}
