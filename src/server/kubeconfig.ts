/**
 * A kubeconfig for one server, as text.
 *
 * The user carries a token although nobody checks it yet: without any credentials kubectl would ask for a password
 * on an https server.
 * @param url `https://127.0.0.1:6443`
 * @param authority PEM that the server's certificate is to be checked by; undefined for http.
 */
export function kubeconfigFor(url: string, authority: string | undefined): string {
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
    '    token: anonymous',
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
