import { createHash } from 'node:crypto';

const hashBytes = 8;

/** Tells clients whether two servers store a resource in the same version: of group, version and kind, as kube-apiserver makes it. */
export const storageVersionHash = (group: string, version: string, kind: string): string =>
  createHash('sha256').update(`${group}/${version}/${kind}`).digest().subarray(0, hashBytes).toString('base64');
