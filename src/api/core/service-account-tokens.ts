import type { Kind } from '../kind.ts';

/** Service accounts of a server that has a key to sign tokens with: whoever asks for one by their `token` gets one. */
export const withTokens = ({ stored, versions }: Kind): Kind => ({
  stored,
  versions: versions.map((served) => ({
    ...served,
    subresources: { ...served.subresources, token: ['create'] },
    subresourceKinds: {
      ...served.subresourceKinds,
      token: { group: 'authentication.k8s.io', version: 'v1', kind: 'TokenRequest' },
    },
  })),
});
