export interface GroupVersion {
  /** '' is the core group. */
  readonly group: string;
  readonly version: string;
}

export interface GroupResource {
  readonly group: string;
  readonly resource: string;
}

/** What objects carry as `apiVersion`: `v1`, `apps/v1`. */
export const apiVersionOf = ({ group, version }: GroupVersion): string =>
  group === '' ? version : `${group}/${version}`;

/** How Kubernetes names a resource in messages: `pods`, `deployments.apps`. */
export const groupResourceText = ({ group, resource }: GroupResource): string =>
  group === '' ? resource : `${resource}.${group}`;

export interface GroupKind {
  readonly group: string;
  readonly kind: string;
}

/** The Go package with the internal types of a group, which messages show: `core`, `apps`. */
export const goPackageOf = ({ group }: { readonly group: string }): string =>
  group === '' || group === 'events.k8s.io' ? 'core' : (group.split('.', 1)[0] ?? '');

/** A kind under the names that one version of one group gives it. */
export interface KindNames extends GroupVersion, GroupResource, GroupKind {}

/** How Kubernetes names a kind in messages: `Pod`, `Deployment.apps`. */
export const groupKindText = ({ group, kind }: GroupKind): string => (group === '' ? kind : `${kind}.${group}`);
