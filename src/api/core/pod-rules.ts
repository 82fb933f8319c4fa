/** What the rules for pods depend on beside the pod. */
export interface PodRules {
  /** `--allow-privileged`: containers may be privileged. */
  readonly allowPrivileged: boolean;
}

/** As kube-apiserver is without flags. */
export const defaultPodRules: PodRules = { allowPrivileged: false };
