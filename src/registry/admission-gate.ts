import type { JsonObject } from '../machinery/json-value.ts';

/** One write, as admission sees it. `object` is what will be stored: mutating admission changes it in place. */
export interface AdmissionRequest {
  readonly operation: 'CREATE' | 'UPDATE' | 'DELETE';
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  readonly resource: string;
  /** '' for the object itself. */
  readonly subresource: string;
  /** '' for a cluster-scoped resource. */
  readonly namespace: string;
  /** '' while generateName has not been resolved. */
  readonly name: string;
  /** undefined for DELETE. */
  readonly object: JsonObject | undefined;
  /** undefined for CREATE. Nobody changes it. */
  readonly oldObject: JsonObject | undefined;
  readonly dryRun: boolean;
}

/**
 * What the registry asks before it writes. Both reject with ApiError to refuse. A write that lost a race is asked about
 * again, with the object as it is then.
 */
export interface AdmissionGate {
  /** Before the strategy prepares and validates the object: may change it. */
  admit(request: AdmissionRequest): Promise<void>;
  /** After, when nothing changes any more. */
  validate(request: AdmissionRequest): Promise<void>;
}

/** Lets everything pass. */
export const noAdmission: AdmissionGate = { admit: () => Promise.resolve(), validate: () => Promise.resolve() };
