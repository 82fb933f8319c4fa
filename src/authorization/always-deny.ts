import type { Authorizer } from '../machinery/authorizer.ts';

/** Nobody may do anything: kube-apiserver's `--authorization-mode=AlwaysDeny`. */
export const alwaysDeny: Authorizer = {
  authorize: async () => ({ decision: 'noOpinion', reason: 'Everything is forbidden.' }),
  rulesFor: async () => ({ resourceRules: [], nonResourceRules: [], incomplete: false }),
};
