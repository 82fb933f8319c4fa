import { DerError, type DerValue, derObjectIdentifier, derSequence, derSet, derValues } from './der.ts';

/** One part of a name in a certificate. */
export interface NameAttribute {
  /** The identifier of what it is, in hexadecimal. */
  readonly type: string;
  readonly value: string;
}

export const commonName = '550403';
export const organization = '55040a';

const bmpString = 0x1e;

/** A name is a sequence of sets of pairs: what it is, and its value. @throws {DerError} */
export const nameAttributes = (name: DerValue | undefined): NameAttribute[] =>
  derPartsOf(name, derSequence).flatMap((set) =>
    derPartsOf(set, derSet).flatMap((pair) => {
      const [type, value] = derPartsOf(pair, derSequence);
      const id = derPresent(type, derObjectIdentifier).content.toString('hex');
      return value === undefined ? [] : [{ type: id, value: textOf(value) }];
    }),
  );

function textOf({ tag, content }: DerValue): string {
  return tag === bmpString && content.length % 2 === 0
    ? Buffer.from(content).swap16().toString('utf16le')
    : content.toString();
}

/** @throws {DerError} when it is not there, or something else */
export function derPresent(value: DerValue | undefined, tag: number): DerValue {
  if (value?.tag === tag) return value;
  throw new DerError("asn1: structure error: tags don't match");
}

/** What a value of this tag is made of. @throws {DerError} */
export const derPartsOf = (value: DerValue | undefined, tag: number): DerValue[] =>
  derValues(derPresent(value, tag).content);
