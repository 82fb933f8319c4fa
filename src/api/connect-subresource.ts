/** What the query of such a subresource may say, for OpenAPI. */
export interface ConnectParameter {
  readonly name: string;
  readonly type: 'string' | 'boolean' | 'integer';
  /** What OpenAPI v2 calls it, where it stands once for all operations: with a hash of kube-apiserver's own. */
  readonly sharedAs: string;
}

/** A subresource that is answered elsewhere: by the kubelet of a node, or by what listens in a pod. */
export interface ConnectSubresource {
  /**
   * `log`: it is read. `stream`: its connection goes on in another protocol. `proxy`: each request goes on, with whatever path
   * follows the subresource's name.
   */
  readonly form: ConnectForm;
  readonly parameters: readonly ConnectParameter[];
}

export type ConnectForm = 'log' | 'stream' | 'proxy';

/** By how it is answered. */
export const connectMethods = {
  log: ['GET'],
  stream: ['GET', 'POST'],
  proxy: ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS'],
} as const satisfies Record<ConnectForm, readonly string[]>;
