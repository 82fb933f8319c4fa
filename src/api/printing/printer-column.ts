import type { JsonObject } from '../../machinery/json-value.ts';

/** One column of `kubectl get`. `priority` above 0: only with `-o wide`. metav1.TableColumnDefinition. */
export interface PrinterColumn {
  readonly name: string;
  readonly type: 'string' | 'integer' | 'number' | 'boolean' | 'date';
  readonly format?: string;
  readonly description: string;
  readonly priority?: number;
  /** The cell; `now` is in milliseconds since the epoch, for ages. */
  readonly cell: (object: JsonObject, now: number) => string | number | boolean | null;
}

/** metav1.TableRowCondition. The only type is `Completed`: the object's work is over, so clients may show it less. */
export interface RowCondition {
  readonly type: 'Completed';
  readonly status: 'True';
  readonly reason: string;
  readonly message: string;
}
