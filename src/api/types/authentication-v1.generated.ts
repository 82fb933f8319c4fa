/** Made by .dev/generate-types.ts: a decoded object is of such a type. Every field may be absent. */
import type { ObjectMeta } from './meta-v1.generated.ts';

export type BoundObjectReference = {
  apiVersion?: string;
  kind?: string;
  name?: string;
  uid?: string;
};

export type SelfSubjectReview = {
  apiVersion?: string;
  kind?: string;
  metadata?: ObjectMeta;
  status?: SelfSubjectReviewStatus;
};

export type SelfSubjectReviewStatus = {
  userInfo?: UserInfo;
};

export type TokenRequest = {
  apiVersion?: string;
  kind?: string;
  metadata?: ObjectMeta;
  spec?: TokenRequestSpec;
  status?: TokenRequestStatus;
};

export type TokenRequestSpec = {
  attestations?: { [key: string]: string[] };
  audiences?: string[] | null;
  boundObjectRef?: BoundObjectReference | null;
  expirationSeconds?: number | bigint | null;
};

export type TokenRequestStatus = {
  expirationTimestamp?: string | null;
  token?: string;
};

export type TokenReview = {
  apiVersion?: string;
  kind?: string;
  metadata?: ObjectMeta;
  spec?: TokenReviewSpec;
  status?: TokenReviewStatus;
};

export type TokenReviewSpec = {
  audiences?: string[];
  token?: string;
};

export type TokenReviewStatus = {
  audiences?: string[];
  authenticated?: boolean;
  error?: string;
  user?: UserInfo;
};

export type UserInfo = {
  extra?: { [key: string]: string[] };
  groups?: string[];
  uid?: string;
  username?: string;
};
