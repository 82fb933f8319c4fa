import { AdmissionChain } from '../admission/admission-chain.ts';
import type { AdmissionPlugin } from '../admission/admission-plugin.ts';
import { CertificateSubjectRestriction } from '../admission/certificate-subject-restriction.ts';
import { DefaultIngressClass, readIngressClass } from '../admission/default-ingress-class.ts';
import { DefaultStorageClass } from '../admission/default-storage-class.ts';
import { DefaultTolerationSeconds } from '../admission/default-toleration-seconds.ts';
import { NamespaceLifecycle } from '../admission/namespace-lifecycle.ts';
import { PersistentVolumeClaimResize } from '../admission/persistent-volume-claim-resize.ts';
import { PodPriority, readPriorityClass } from '../admission/pod-priority.ts';
import { PodSecurityLabels } from '../admission/pod-security-labels.ts';
import { PrivilegeEscalation } from '../admission/privilege-escalation.ts';
import { RuntimeClass, readRuntimeClass } from '../admission/runtime-class.ts';
import { readStorageClass } from '../admission/storage-class.ts';
import { StorageObjectInUseProtection } from '../admission/storage-object-in-use-protection.ts';
import { TaintNodesByCondition } from '../admission/taint-nodes-by-condition.ts';
import { TerminatingDefinitions } from '../admission/terminating-definitions.ts';
import type { Clock } from '../base/clock.ts';
import type { Authorizer } from '../machinery/authorizer.ts';
import type { RoleResolver } from '../machinery/policy/policy-rule.ts';
import { classLister } from './class-lister.ts';
import type { LiveKind } from './live-kind.ts';
import { namespaceLister } from './namespace-lister.ts';

/** Where the rules about one kind look up what others say. */
export interface AdmissionSources {
  readonly find: (kind: { readonly group: string; readonly resource: string }) => LiveKind | undefined;
  readonly namespaces: () => LiveKind;
  /** Of a custom resource definition, by its name. */
  readonly isDefinitionGoing: (name: string) => boolean;
  /** Who decides what roles may give; undefined: roles decide nothing. */
  readonly roles: { readonly authorizer: Authorizer; readonly resolver: RoleResolver } | undefined;
  readonly policies: AdmissionPlugin;
  readonly webhooks: { readonly mutating: AdmissionPlugin; readonly validating: AdmissionPlugin };
  readonly clock: Clock;
}

/** The rules that every write goes through, in the original's order. */
export function admissionPlugins({
  find,
  namespaces,
  isDefinitionGoing,
  roles,
  policies,
  webhooks,
  clock,
}: AdmissionSources): AdmissionChain {
  const storageClasses = classLister(() => find(storageClassKind), readStorageClass);
  return new AdmissionChain([
    new TerminatingDefinitions(({ group, resource }) => isDefinitionGoing(`${resource}.${group}`)),
    new NamespaceLifecycle(namespaceLister(namespaces), clock),
    new TaintNodesByCondition(),
    new PodPriority(classLister(() => find(priorityClasses), readPriorityClass)),
    new DefaultTolerationSeconds(),
    new DefaultStorageClass(storageClasses),
    new StorageObjectInUseProtection(),
    new PersistentVolumeClaimResize(storageClasses),
    new PodSecurityLabels(),
    new RuntimeClass(classLister(() => find(runtimeClasses), readRuntimeClass)),
    new CertificateSubjectRestriction(),
    new DefaultIngressClass(classLister(() => find(ingressClasses), readIngressClass)),
    webhooks.mutating,
    policies,
    webhooks.validating,
    ...(roles === undefined ? [] : [new PrivilegeEscalation(roles.authorizer, roles.resolver)]),
  ]);
}

const priorityClasses = { group: 'scheduling.k8s.io', resource: 'priorityclasses' };
const runtimeClasses = { group: 'node.k8s.io', resource: 'runtimeclasses' };
const storageClassKind = { group: 'storage.k8s.io', resource: 'storageclasses' };
const ingressClasses = { group: 'networking.k8s.io', resource: 'ingressclasses' };
