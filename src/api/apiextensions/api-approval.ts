import { goQuote } from '../../machinery/go-quote.ts';
import { isOfFormat } from '../../machinery/structural/formats.ts';

/** Where the approval of an API in a group of Kubernetes' own is said to be. */
export const approvalAnnotation = 'api-approved.kubernetes.io';

export const isProtectedGroup = (group: string): boolean =>
  ['k8s.io', 'kubernetes.io'].some((domain) => group === domain || group.endsWith(`.${domain}`));

export interface Approval {
  readonly state: 'missing' | 'bypassed' | 'approved' | 'invalid';
  readonly reason: string;
}

export function approvalOf(annotation: string): Approval {
  const must = `protected groups must have approval annotation ${goQuote(approvalAnnotation)}`;
  const see = 'see https://github.com/kubernetes/enhancements/pull/1111';
  if (annotation === '') return { state: 'missing', reason: `${must}, ${see}` };
  if (annotation.startsWith('unapproved')) {
    return { state: 'bypassed', reason: `not approved: ${goQuote(annotation)}` };
  }
  if (/^[a-zA-Z][a-zA-Z0-9+.-]*:\/\/[^/?#]/.test(annotation) && isOfFormat('uri', annotation) === true) {
    return { state: 'approved', reason: `approved in ${annotation}` };
  }
  return { state: 'invalid', reason: `${must} with either a URL or a reason starting with "unapproved", ${see}` };
}
