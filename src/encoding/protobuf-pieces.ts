import { ItemRuns } from './item-runs.ts';
import { ProtobufItems } from './protobuf-items.ts';

/** What is kept of objects as protobuf: each alone, and those of lists joined. Nothing until somebody asks for protobuf. */
export class ProtobufPieces {
  readonly items: ProtobufItems;
  readonly runs: ItemRuns;

  /** `maxBytes`: what the joined ones may take, and those alone beside. */
  constructor(maxBytes: number) {
    this.items = new ProtobufItems(maxBytes);
    this.runs = new ItemRuns(maxBytes);
  }

  /** Lets go of what is joined below a prefix of keys. */
  forget(keyPrefix: string): void {
    this.runs.forget(keyPrefix);
  }
}
