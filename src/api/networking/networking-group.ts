import type { Kind } from '../kind.ts';
import { ingressClasses } from './ingress-classes.ts';
import { ingresses } from './ingresses.ts';
import { ipAddresses } from './ip-addresses.ts';
import { networkPolicies } from './network-policies.ts';
import { serviceCidrs } from './service-cidrs.ts';

/** The kinds of `networking.k8s.io`, by name. */
export const networkingGroup: readonly Kind[] = [ingressClasses, ingresses, ipAddresses, networkPolicies, serviceCidrs];
