import type { AdmissionAttributes } from '../machinery/admission-attributes.ts';

/**
 * One rule about writes. Rejects with ApiError to refuse; whatever else it throws is an internal error. A write that
 * lost a race is put to it again, so it must not count what it sees.
 */
export interface AdmissionPlugin {
  /** As `--enable-admission-plugins` names it. */
  readonly name: string;
  /** Before validation; may change `attributes.object`. */
  admit?(attributes: AdmissionAttributes): Promise<void>;
  /** When nothing changes any more. */
  validate?(attributes: AdmissionAttributes): Promise<void>;
}
