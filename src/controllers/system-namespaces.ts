import { missingObject, type StartObject, type StartStore } from './start-objects.ts';

/** What every cluster has, and what clients take for granted. */
export const systemNamespaces = ['default', 'kube-system', 'kube-public', 'kube-node-lease'] as const;

export const systemNamespaceObjects = (namespaces: StartStore): readonly StartObject[] =>
  systemNamespaces.map((name) =>
    missingObject('namespaces', namespaces, { namespace: '', name }, () => ({
      kind: 'Namespace',
      apiVersion: 'v1',
      metadata: {},
    })),
  );
