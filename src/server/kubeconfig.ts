export interface KubeconfigParts {
  /** `https://127.0.0.1:6443` */
  readonly url: string;
  /** PEM that the server's certificate is to be checked by; undefined for http. */
  readonly authority: string | undefined;
  /** Of whoever uses it. */
  readonly token: string;
}

/**
 * A kubeconfig for one server, as text.
 *
 * The user carries a token also where nobody looks at it: without any credentials kubectl would ask for a password on an
 * https server.
 */
export function kubeconfigOf({ url, authority, token }: KubeconfigParts): string {
  const cluster = {
    server: url,
    ...(authority === undefined ? {} : { 'certificate-authority-data': base64(authority) }),
  };
  return [
    'apiVersion: v1',
    'kind: Config',
    'clusters:',
    `- name: ${name}`,
    '  cluster:',
    ...Object.entries(cluster).map(([key, value]) => `    ${key}: ${value}`),
    'users:',
    `- name: ${name}`,
    '  user:',
    `    token: ${token}`,
    'contexts:',
    `- name: ${name}`,
    '  context:',
    `    cluster: ${name}`,
    `    user: ${name}`,
    '    namespace: default',
    `current-context: ${name}`,
    '',
  ].join('\n');
}

const name = 'crowsnest';

const base64 = (text: string): string => Buffer.from(text).toString('base64');
