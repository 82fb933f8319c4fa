import { objectType } from '../type.ts';
import { Opaque } from '../value.ts';

export const namedFormatType = objectType('kubernetes.NamedFormat', new Map());

/** What a text has to be, under a name. */
export class NamedFormat extends Opaque {
  override readonly type = namedFormatType;
  readonly name: string;
  /** What is wrong with a text. */
  readonly validate: (text: string) => readonly string[];
  /** The length of the regular expression that the original may use, which costs are made of. */
  readonly maxRegexSize: number;

  constructor(name: string, maxRegexSize: number, validate: (text: string) => readonly string[]) {
    super();
    this.name = name;
    this.maxRegexSize = maxRegexSize;
    this.validate = validate;
  }

  override equals(other: NamedFormat): boolean {
    return this.name === other.name;
  }
}
