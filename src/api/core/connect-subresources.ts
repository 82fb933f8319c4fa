import type { ConnectParameter, ConnectSubresource } from '../connect-subresource.ts';
import type { SubresourceKind } from '../subresource-kind.ts';
import type { Verb } from '../verb.ts';

const parameter = (name: string, type: ConnectParameter['type'], suffix: string): ConnectParameter => ({
  name,
  type,
  sharedAs: `${name}-${suffix}`,
});

const options = (kind: string): SubresourceKind => ({ group: '', version: 'v1', kind });

const streamVerbs: readonly Verb[] = ['create', 'get'];
const proxyVerbs: readonly Verb[] = ['create', 'delete', 'get', 'patch', 'update'];

const proxy = (suffix: string): ConnectSubresource => ({
  form: 'proxy',
  parameters: [parameter('path', 'string', suffix)],
});

/** What a kubelet or a pod answers of a pod: how each is reached, its verbs, and the kind of what its query says. */
export const podConnects: Readonly<Record<'attach' | 'exec' | 'log' | 'portforward' | 'proxy', ConnectSubresource>> = {
  attach: {
    form: 'stream',
    parameters: [
      parameter('container', 'string', '_Q-EJ3nR'),
      parameter('stderr', 'boolean', '26jJhFUR'),
      parameter('stdin', 'boolean', 'sEFnN3IS'),
      parameter('stdout', 'boolean', '005YMKE6'),
      parameter('tty', 'boolean', 'g7MlET_l'),
    ],
  },
  exec: {
    form: 'stream',
    parameters: [
      parameter('command', 'string', 'Py3eQybp'),
      parameter('container', 'string', 'i5dOmRiM'),
      parameter('stderr', 'boolean', 'W_1TNlWc'),
      parameter('stdin', 'boolean', 'PSzNhyUC'),
      parameter('stdout', 'boolean', '-EZLRwV1'),
      parameter('tty', 'boolean', 's0flW37O'),
    ],
  },
  log: {
    form: 'log',
    parameters: [
      parameter('container', 'string', '1GeXxFDC'),
      parameter('follow', 'boolean', '9OIXh_2R'),
      parameter('insecureSkipTLSVerifyBackend', 'boolean', 'gM00jVbe'),
      parameter('limitBytes', 'integer', 'zwd1RXuc'),
      parameter('previous', 'boolean', '1jxDPu3y'),
      parameter('sinceSeconds', 'integer', 'vE2NLdnP'),
      parameter('stream', 'string', 'l-48cgXv'),
      parameter('tailLines', 'integer', '9xQLWHMV'),
      parameter('timestamps', 'boolean', 'c17fW1w_'),
    ],
  },
  portforward: { form: 'stream', parameters: [parameter('ports', 'integer', '91KROJmm')] },
  proxy: proxy('oPbzgLUj'),
};

export const podConnectVerbs = {
  attach: streamVerbs,
  exec: streamVerbs,
  log: ['get'],
  portforward: streamVerbs,
  proxy: proxyVerbs,
} as const satisfies Record<keyof typeof podConnects, readonly Verb[]>;

export const podConnectKinds: Readonly<Record<string, SubresourceKind>> = {
  attach: options('PodAttachOptions'),
  exec: options('PodExecOptions'),
  portforward: options('PodPortForwardOptions'),
  proxy: options('PodProxyOptions'),
};

/** What a node has of these. */
export const nodeProxy = {
  subresources: { proxy: proxyVerbs },
  subresourceKinds: { proxy: options('NodeProxyOptions') },
  connects: { proxy: proxy('rFDtV0x9') },
} as const;

/** What a service has of them. */
export const serviceProxy = {
  subresources: { proxy: proxyVerbs },
  subresourceKinds: { proxy: options('ServiceProxyOptions') },
  connects: { proxy: proxy('QCf0eosM') },
} as const;
