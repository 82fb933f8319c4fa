/**
 * A patch that cannot be applied to this object.
 * - `format`: what it says cannot be done with objects of this type. The message is the one of Kubernetes.
 * - `mismatch`: it does not fit the object as it is. Kubernetes tells clients no more than that; the message is for
 *   whoever looks for the reason.
 */
export class PatchError extends Error {
  override readonly name = 'PatchError';
  readonly kind: 'format' | 'mismatch';

  constructor(kind: PatchError['kind'], message: string) {
    super(message);
    this.kind = kind;
  }
}

/** More operations than one JSON Patch may have. */
export class TooManyOperationsError extends Error {
  override readonly name = 'TooManyOperationsError';
}
