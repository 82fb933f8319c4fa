import type { AdmissionAttributes } from '../machinery/admission-attributes.ts';

/**
 * What the registry asks before it writes. Both reject with ApiError to refuse. A write that lost a race is asked about
 * again, with the object as it is then.
 */
export interface AdmissionGate {
  /** Before the strategy prepares and validates the object: may change it. */
  admit(request: AdmissionAttributes): Promise<void>;
  /** After, when nothing changes any more. */
  validate(request: AdmissionAttributes): Promise<void>;
}

/** Lets everything pass. */
export const noAdmission: AdmissionGate = { admit: () => Promise.resolve(), validate: () => Promise.resolve() };
