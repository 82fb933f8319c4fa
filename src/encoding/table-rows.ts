import { KeptPieces } from './kept-pieces.ts';
import { rowOfObject, type TableRow } from './table-row.ts';

const usualRowBytes = 320;

/** Rows of Tables, whatever they show of their objects: making one means to parse the whole object. */
export class TableRows extends KeptPieces<TableRow> {
  constructor(maxBytes: number) {
    super(maxBytes, { make: rowOfObject, usualBytes: usualRowBytes });
  }
}
