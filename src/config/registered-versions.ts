/**
 * Every group and version that Kubernetes 1.37 knows, served or not: what can be spoken of when it is said what is served.
 * Source: `SetVersionPriority` in pkg/apis, apiextensions-apiserver and kube-aggregator.
 */
export const registeredVersions: ReadonlyMap<string, readonly string[]> = new Map([
  ['', ['v1']],
  ['admission.k8s.io', ['v1', 'v1beta1']],
  ['admissionregistration.k8s.io', ['v1', 'v1beta1', 'v1alpha1']],
  ['apiextensions.k8s.io', ['v1', 'v1beta1']],
  ['apiregistration.k8s.io', ['v1', 'v1beta1']],
  ['apps', ['v1', 'v1beta2', 'v1beta1']],
  ['authentication.k8s.io', ['v1', 'v1beta1', 'v1alpha1']],
  ['authorization.k8s.io', ['v1', 'v1beta1']],
  ['autoscaling', ['v2', 'v1']],
  ['batch', ['v1', 'v1beta1']],
  ['certificates.k8s.io', ['v1', 'v1beta1', 'v1alpha1']],
  ['coordination.k8s.io', ['v1', 'v1beta1', 'v1alpha2']],
  ['discovery.k8s.io', ['v1', 'v1beta1']],
  ['events.k8s.io', ['v1', 'v1beta1']],
  ['extensions', ['v1beta1']],
  ['flowcontrol.apiserver.k8s.io', ['v1', 'v1beta3', 'v1beta2', 'v1beta1']],
  ['imagepolicy.k8s.io', ['v1alpha1']],
  ['internal.apiserver.k8s.io', ['v1alpha1']],
  ['lifecycle.k8s.io', ['v1alpha1']],
  ['networking.k8s.io', ['v1', 'v1beta1']],
  ['node.k8s.io', ['v1', 'v1beta1']],
  ['policy', ['v1', 'v1beta1']],
  ['rbac.authorization.k8s.io', ['v1', 'v1beta1', 'v1alpha1']],
  ['resource.k8s.io', ['v1', 'v1beta2', 'v1beta1', 'v1alpha3']],
  ['scheduling.k8s.io', ['v1', 'v1beta1', 'v1alpha3']],
  ['storage.k8s.io', ['v1', 'v1beta1', 'v1alpha1']],
  ['storagemigration.k8s.io', ['v1', 'v1beta1']],
]);
