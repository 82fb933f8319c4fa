/** Made by .dev/generate-types.ts: a decoded object is of such a type. Every field may be absent. */
import type { Condition, ObjectMeta } from './meta-v1.generated.ts';

export type CertificateSigningRequest = {
  apiVersion?: string;
  kind?: string;
  metadata?: ObjectMeta;
  spec?: CertificateSigningRequestSpec;
  status?: CertificateSigningRequestStatus;
};

export type CertificateSigningRequestCondition = {
  lastTransitionTime?: string | null;
  lastUpdateTime?: string | null;
  message?: string;
  reason?: string;
  status?: string;
  type?: string;
};

export type CertificateSigningRequestSpec = {
  expirationSeconds?: number;
  extra?: { [key: string]: string[] };
  groups?: string[];
  request?: string | null;
  signerName?: string;
  uid?: string;
  usages?: string[];
  username?: string;
};

export type CertificateSigningRequestStatus = {
  certificate?: string;
  conditions?: CertificateSigningRequestCondition[];
};

export type ClusterTrustBundle = {
  apiVersion?: string;
  kind?: string;
  metadata?: ObjectMeta;
  spec?: ClusterTrustBundleSpec;
};

export type ClusterTrustBundleSpec = {
  signerName?: string;
  trustBundle?: string;
};

export type PodCertificateRequest = {
  apiVersion?: string;
  kind?: string;
  metadata?: ObjectMeta;
  spec?: PodCertificateRequestSpec;
  status?: PodCertificateRequestStatus;
};

export type PodCertificateRequestSpec = {
  maxExpirationSeconds?: number;
  nodeName?: string;
  nodeUID?: string;
  podName?: string;
  podUID?: string;
  serviceAccountName?: string;
  serviceAccountUID?: string;
  signerName?: string;
  stubPKCS10Request?: string | null;
  unverifiedUserAnnotations?: { [key: string]: string };
};

export type PodCertificateRequestStatus = {
  beginRefreshAt?: string;
  certificateChain?: string;
  conditions?: Condition[];
  notAfter?: string;
  notBefore?: string;
};
