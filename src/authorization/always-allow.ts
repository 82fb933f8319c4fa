import type { Authorizer } from '../machinery/authorizer.ts';

const all = ['*'];

/** Everybody may do everything: kube-apiserver's `--authorization-mode=AlwaysAllow`. */
export const alwaysAllow: Authorizer = {
  authorize: async () => ({ decision: 'allow', reason: '' }),
  rulesFor: async () => ({
    resourceRules: [{ verbs: all, apiGroups: all, resources: all }],
    nonResourceRules: [{ verbs: all, nonResourceURLs: all }],
    incomplete: false,
  }),
};
