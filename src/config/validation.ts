import { isIP } from 'node:net';
import { asksWhoComes, authorizationModes } from './access.ts';
import { unknownControllers } from './controllers.ts';
import { type Config, flagOf, type OptionName, optionNames, optionOf } from './options.ts';

/** Addresses that only this machine reaches. */
export const isLoopback = (address: string): boolean =>
  address === '::1' || (isIP(address) === 4 && address.startsWith('127.'));

const isHost = (text: string): boolean =>
  text === '*' || /^(?:[A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\])(?::\d{1,5})?$/.test(text);

function isEtcdUrl(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, hostname, pathname, search } = new URL(text);
  return (protocol === 'http:' || protocol === 'https:') && hostname !== '' && pathname === '/' && search === '';
}

/** `10.0.0.0/16`: an address and how many of its bits all of the range have. */
function isIpRange(text: string): boolean {
  const [address = '', bits = '', more] = text.split('/');
  const family = isIP(address);
  return more === undefined && family !== 0 && /^\d{1,3}$/.test(bits) && Number(bits) < (family === 4 ? 31 : 127);
}

/** One range, or one of each family. */
function areIpRanges(text: string): boolean {
  const ranges = text.split(',');
  const families = new Set(ranges.map((range) => range.includes(':')));
  return ranges.length === families.size && ranges.every(isIpRange);
}

function isPortRange(text: string): boolean {
  const [, first, last] = /^(\d{1,5})-(\d{1,5})$/.exec(text) ?? [];
  return Number(first) >= 1 && Number(first) <= Number(last) && Number(last) <= 65_535;
}

type Check = (fine: boolean, problem: string) => void;

function checkAccess(config: Config, check: Check): void {
  const { authorizationMode: modes } = config;
  check(modes.length > 0, '--authorization-mode: at least one authorization-mode must be passed');
  for (const mode of modes) {
    check(
      (authorizationModes as readonly string[]).includes(mode),
      `--authorization-mode: ${JSON.stringify(mode)} is not a valid mode: ${authorizationModes.join(', ')} are`,
    );
  }
  check(new Set(modes).size === modes.length, `--authorization-mode: a mode is there twice: ${modes.join(',')}`);
  check(
    config.requestheaderClientCaFile === '' || config.requestheaderUsernameHeaders.length > 0,
    '--requestheader-client-ca-file needs --requestheader-username-headers',
  );
}

/** What is wrong with settings that are each well formed: one sentence per problem, naming the flags. */
export function validateConfig(config: Config): readonly string[] {
  const problems: string[] = [];
  const check = (fine: boolean, problem: string) => {
    if (!fine) problems.push(problem);
  };
  const together = (one: OptionName, other: OptionName) =>
    check(
      (config[one] === '') === (config[other] === ''),
      `--${flagOf(one)} and --${flagOf(other)} are only of use together`,
    );

  for (const name of optionNames) {
    const { min, type } = optionOf(name);
    const value = config[name];
    if (typeof value !== 'number' || min === undefined || value >= min) continue;
    problems.push(`--${flagOf(name)}: must be at least ${type === 'duration' ? `${min / 1000}s` : min}`);
  }

  check(
    isLoopback(config.bindAddress) || asksWhoComes(config),
    `--bind-address: ${JSON.stringify(config.bindAddress)} is refused: nobody is asked who he is, ` +
      'so everybody who reaches the server may do everything; only loopback (127.0.0.0/8 or ::1) is allowed ' +
      'without --authorization-mode=RBAC, --client-ca-file or --token-auth-file',
  );
  checkAccess(config, check);
  for (const host of config.acceptHosts) {
    check(isHost(host), `--accept-hosts: not a name, name:port or *: ${JSON.stringify(host)}`);
  }
  for (const name of unknownControllers(config.controllers)) {
    check(false, `--controllers: ${JSON.stringify(name)} is not in the list of known controllers`);
  }
  check(config.securePort !== 0 || config.insecurePort !== 0, '--secure-port and --insecure-port are both off');
  check(
    config.securePort === 0 || config.securePort === 'any' || config.securePort !== config.insecurePort,
    `--secure-port and --insecure-port are both ${config.securePort}`,
  );
  together('tlsCertFile', 'tlsPrivateKeyFile');
  together('kubeletClientCertificate', 'kubeletClientKey');

  const etcd = config.etcdServers.length > 0;
  check(!etcd || !config.memory, '--memory and --etcd-servers exclude each other');
  for (const url of config.etcdServers) {
    check(isEtcdUrl(url), `--etcd-servers: not of the form http(s)://host:port: ${JSON.stringify(url)}`);
  }
  const schemes = new Set(config.etcdServers.map((url) => url.split(':')[0]));
  check(schemes.size <= 1, '--etcd-servers: all must be http or all must be https');
  check(!schemes.has('http') || config.etcdCafile === '', '--etcd-cafile is of use only with https etcd servers');
  together('etcdCertfile', 'etcdKeyfile');
  check(
    config.etcdCertfile === '' || config.etcdCafile !== '',
    '--etcd-certfile needs --etcd-cafile: who shows a certificate should check the one that is shown',
  );
  together('etcdUsername', 'etcdPassword');
  for (const name of ['etcdCafile', 'etcdCertfile', 'etcdUsername'] as const) {
    check(etcd || config[name] === '', `--${flagOf(name)} is of use only with --etcd-servers`);
  }
  check(/^(\/[A-Za-z0-9._-]+)+$/.test(config.etcdPrefix), '--etcd-prefix: must be a path such as /registry');
  const sizes = [config.defaultWatchCacheSize, ...config.watchCacheSizes.values()];
  check(
    sizes.every((size) => size >= 1 && size <= config.maxWatchCacheSize),
    `--default-watch-cache-size, --watch-cache-sizes: must be from 1 to --max-watch-cache-size (${config.maxWatchCacheSize})`,
  );
  check(
    config.advertiseAddress === '' || isIP(config.advertiseAddress) !== 0,
    '--advertise-address: must be an address such as 192.0.2.1',
  );
  check(
    areIpRanges(config.serviceClusterIpRange),
    '--service-cluster-ip-range: must be a range of addresses such as 10.0.0.0/16, or one of IPv4 and one of IPv6 with a comma between',
  );
  check(
    isPortRange(config.serviceNodePortRange),
    '--service-node-port-range: must be a range of ports such as 30000-32767',
  );
  const keySet = config.serviceAccountJwksUri;
  check(
    keySet === '' || config.serviceAccountIssuer.length > 0,
    '--service-account-jwks-uri needs --service-account-issuer',
  );
  check(
    keySet === '' || (URL.canParse(keySet) && new URL(keySet).protocol === 'https:'),
    `--service-account-jwks-uri: not an https URL: ${JSON.stringify(keySet)}`,
  );
  const keys = config.serviceAccountSigningKeyFile !== '' || config.serviceAccountKeyFile.length > 0;
  check(
    keys === config.serviceAccountIssuer.length > 0,
    '--service-account-issuer and --service-account-signing-key-file or --service-account-key-file are only of use together',
  );
  for (const issuer of config.serviceAccountIssuer) {
    check(
      !issuer.includes(':') || URL.canParse(issuer),
      `--service-account-issuer: ${JSON.stringify(issuer)} contains a ':' and is no URL`,
    );
  }
  check(config.dataDir !== '', '--data-dir: must not be empty');
  return problems;
}
