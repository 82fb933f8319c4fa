/** What a server answers when it refuses: metav1.Status. */
export interface FailureStatus {
  readonly kind?: string;
  readonly message?: string;
  /** `NotFound`, `AlreadyExists`, `Conflict`, `Invalid`, `Expired` … */
  readonly reason?: string;
  readonly code?: number;
  readonly details?: {
    readonly name?: string;
    readonly group?: string;
    readonly kind?: string;
    readonly uid?: string;
    readonly retryAfterSeconds?: number;
    readonly causes?: readonly { readonly reason?: string; readonly message?: string; readonly field?: string }[];
  };
}

/** The server has answered, and refused. A server that cannot be reached is an error of Node's own (`ECONNREFUSED`). */
export class ResponseError extends Error {
  override readonly name = 'ResponseError';
  /** Of HTTP: 404. */
  readonly status: number;
  /** Of Kubernetes: `NotFound`; '' when it says none. */
  readonly reason: string;
  /** The Status that was answered, or the text of an answer that has none. */
  readonly body: FailureStatus | string;
  /** How long it asks to be left alone, if it does. */
  readonly retryAfterMs: number | undefined;

  constructor(status: number, body: FailureStatus | string, retryAfterMs?: number) {
    const said = typeof body === 'string' ? body.trim().slice(0, maxText) : body.message;
    super(said || `the server answered ${status}`);
    this.status = status;
    this.reason = typeof body === 'string' ? '' : (body.reason ?? '');
    this.body = body;
    const seconds = typeof body === 'string' ? undefined : body.details?.retryAfterSeconds;
    this.retryAfterMs = retryAfterMs ?? (seconds === undefined ? undefined : seconds * 1000);
  }
}

/** Of a text that is no Status: who answers so is no API server, and may say a lot. */
const maxText = 1_000;

/** Whether this is how the server refused: `isRefusal(error, 'NotFound')`. */
export const isRefusal = (error: unknown, reason: string): error is ResponseError =>
  error instanceof ResponseError && error.reason === reason;
