import { certificateSigningRequests } from './certificate-signing-requests.ts';
import { clusterTrustBundles } from './cluster-trust-bundles.ts';
import { podCertificateRequests } from './pod-certificate-requests.ts';

/** The kinds of `certificates.k8s.io`, by name. */
export const certificatesGroup = [certificateSigningRequests, clusterTrustBundles, podCertificateRequests];
