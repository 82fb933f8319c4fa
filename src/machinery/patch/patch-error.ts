/**
 * A patch that cannot be applied to this object.
 * - `format`: the patch is none of its type, whatever it is applied to. The message is the one of Kubernetes.
 * - `mismatch`: it does not fit the object. Kubernetes tells no more than that; the message is for whoever reads logs.
 * - `failure`: Kubernetes has no Status for it and lets the message through.
 */
export class PatchError extends Error {
  override readonly name = 'PatchError';
  readonly kind: 'format' | 'mismatch' | 'failure';

  constructor(kind: PatchError['kind'], message: string) {
    super(message);
    this.kind = kind;
  }
}

/** More operations than one JSON Patch may have. */
export class TooManyOperationsError extends Error {
  override readonly name = 'TooManyOperationsError';
}
