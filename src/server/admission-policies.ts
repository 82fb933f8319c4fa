import type { AdmissionKinds } from '../admission/matching/match-criteria.ts';
import { type ParamSource, ValidatingPolicies } from '../admission/policies/validating-policies.ts';
import { type ParamKind, readBinding, readPolicy } from '../admission/policies/validating-policy.ts';
import type { Logger } from '../base/logger.ts';
import { ApiError } from '../machinery/api-error.ts';
import { apiVersionOf } from '../machinery/gvk.ts';
import { listEverything } from '../registry/list-everything.ts';
import { ReadObjects } from './read-objects.ts';
import type { ServedKinds } from './served-kinds.ts';

const group = 'admissionregistration.k8s.io';

export interface AdmissionPolicyParts {
  /** Made after admission: hence a function. */
  readonly served: () => Pick<ServedKinds, 'find' | 'resource' | 'versions'>;
  readonly kinds: AdmissionKinds;
  readonly logger: Logger;
}

/** The policies that are configured now, as a plugin. */
export function admissionPolicies({ served, kinds, logger }: AdmissionPolicyParts): ValidatingPolicies {
  const policies = new ReadObjects((object) => [readPolicy(object)], logger);
  const bindings = new ReadObjects((object) => [readBinding(object)], logger);
  return new ValidatingPolicies({
    policies: () => policies.of(served().find({ group, resource: 'validatingadmissionpolicies' })),
    bindings: () => bindings.of(served().find({ group, resource: 'validatingadmissionpolicybindings' })),
    kinds,
    params: (kind) => paramSource(served(), kinds, kind),
  });
}

function paramSource(
  served: Pick<ServedKinds, 'resource' | 'versions'>,
  kinds: AdmissionKinds,
  { apiVersion, kind }: ParamKind,
): ParamSource | undefined {
  const version = served.versions.find((one) => one.kind === kind && apiVersionOf(one) === apiVersion);
  const found = version && served.resource(version.group, version.version, version.resource);
  if (version === undefined || found === undefined) return undefined;
  return {
    namespaced: version.namespaced,
    async get(namespace, name) {
      try {
        return await kinds.inVersion(version, (await found.store.get({ namespace, name }, '')).parse());
      } catch (error) {
        if (error instanceof ApiError && error.code === 404) return undefined;
        throw error;
      }
    },
    async list(namespace, selector) {
      const { items } = await found.store.list({ namespace }, { ...listEverything, resourceVersion: '0' });
      const meant = items.filter((item) => selector.everything || selector.matches(item.labels));
      return Promise.all(meant.map((item) => kinds.inVersion(version, item.parse())));
    },
  };
}
