import { accessOptions } from './access-options.ts';
import { controllerNames } from './controllers.ts';
import type { OptionType, OptionValues, Port } from './option-type.ts';

/** One setting. Its flag, environment variable, line of --help and type in Config all come from its row. */
export interface Option<T extends OptionType = OptionType> {
  readonly type: T;
  readonly default: OptionValues[T];
  readonly section: 'Serving' | 'Access' | 'Storage' | 'Requests' | 'Controllers' | 'Watches' | 'Life cycle';
  readonly help: string;
  /** What stands for the value in --help, where the type's own word says too little. */
  readonly placeholder?: string;
  /** Smallest value for a number. */
  readonly min?: number;
  /** Single-letter flag. */
  readonly short?: string;
}

const text = 'text' as const;
const flag = 'flag' as const;
const integer = 'integer' as const;
const duration = 'duration' as const;
const bytes = 'bytes' as const;
const list: readonly string[] = [];
const addressTypes: readonly string[] = ['Hostname', 'InternalDNS', 'InternalIP', 'ExternalDNS', 'ExternalIP'];
const everyController: readonly string[] = ['*'];
const sizes: ReadonlyMap<string, number> = new Map();
const port = (number: number): Port => number;

/**
 * Every setting of `crowsnest serve`. A flag has the name that kube-apiserver gives it, where it has one:
 * `etcdServers` is `--etcd-servers` and CROWSNEST_ETCD_SERVERS.
 */
export const options = {
  bindAddress: {
    type: text,
    default: '127.0.0.1',
    section: 'Serving',
    placeholder: 'address',
    help: 'Address to listen on. Only loopback, unless everybody is asked who he is: see Access.',
  },
  advertiseAddress: {
    type: text,
    default: '',
    section: 'Serving',
    placeholder: 'address',
    help: 'Address that the endpoints of the kubernetes service tell. Default: the first of this host that others reach.',
  },
  acceptHosts: {
    type: 'list',
    default: list,
    section: 'Serving',
    placeholder: 'names',
    help: 'Names (or name:port) to answer to beside loopback, also as origins of pages in browsers; *: any.',
  },
  securePort: {
    type: 'port',
    default: port(6443),
    section: 'Serving',
    help: 'Port for HTTPS, HTTP/2 and HTTP/1.1 alike. 0: off; any: a free one.',
  },
  insecurePort: {
    type: 'port',
    default: port(8080),
    section: 'Serving',
    help: 'Port for HTTP/1.1 without TLS. 0: off; any: a free one.',
  },
  tlsCertFile: {
    type: text,
    default: '',
    section: 'Serving',
    placeholder: 'file',
    help: 'Certificate for HTTPS, PEM, with its chain. Without it one is made and kept in the data directory.',
  },
  tlsPrivateKeyFile: {
    type: text,
    default: '',
    section: 'Serving',
    placeholder: 'file',
    help: 'Private key of --tls-cert-file, PEM.',
  },
  printKubeconfig: {
    type: text,
    default: '',
    section: 'Serving',
    placeholder: 'file',
    help: 'Write a kubeconfig for this server here once it is ready.',
  },
  http2MaxStreamsPerConnection: {
    type: integer,
    default: 100,
    min: 1,
    section: 'Serving',
    help: 'Requests, watches included, that one HTTP/2 connection may have open at a time.',
  },
  maxHeaderBytes: {
    type: bytes,
    default: 64 * 1024,
    min: 8 * 1024,
    section: 'Serving',
    help: 'Largest request line and headers together.',
  },
  ...accessOptions,
  dataDir: {
    type: text,
    default: './crowsnest-data',
    section: 'Storage',
    placeholder: 'directory',
    help: 'Where the embedded store and the certificate are kept.',
  },
  memory: {
    type: flag,
    default: false,
    section: 'Storage',
    help: 'Keep everything in memory: nothing is written to disk, and nothing outlives the server.',
  },
  etcdServers: {
    type: 'list',
    default: list,
    section: 'Storage',
    placeholder: 'urls',
    help: 'etcd servers (scheme://host:port), comma separated. Without it the embedded store is used.',
  },
  etcdPrefix: {
    type: text,
    default: '/registry',
    section: 'Storage',
    placeholder: 'path',
    help: 'What all keys in the store begin with.',
  },
  etcdCafile: { type: text, default: '', section: 'Storage', placeholder: 'file', help: 'Authority to check etcd by.' },
  etcdCertfile: {
    type: text,
    default: '',
    section: 'Storage',
    placeholder: 'file',
    help: 'Client certificate to show to etcd.',
  },
  etcdKeyfile: {
    type: text,
    default: '',
    section: 'Storage',
    placeholder: 'file',
    help: 'Private key of --etcd-certfile.',
  },
  etcdUsername: {
    type: text,
    default: '',
    section: 'Storage',
    placeholder: 'name',
    help: 'User to log in to etcd as.',
  },
  etcdPassword: {
    type: text,
    default: '',
    section: 'Storage',
    help: 'Password of --etcd-username. Others can read a command line: prefer the environment.',
  },
  etcdCompactionInterval: {
    type: duration,
    default: 300_000,
    section: 'Storage',
    help: 'How often old revisions are forgotten by the store; they live at least this long. 0: never.',
  },
  requestTimeout: {
    type: duration,
    default: 60_000,
    min: 1_000,
    section: 'Requests',
    help: 'How long a request other than a watch may take.',
  },
  maxRequestsInflight: {
    type: integer,
    default: 400,
    section: 'Requests',
    help: 'Reads in progress at a time, watches not counted; more are refused with 429. 0: no limit.',
  },
  maxMutatingRequestsInflight: {
    type: integer,
    default: 200,
    section: 'Requests',
    help: 'Writes in progress at a time; more are refused with 429. 0: no limit.',
  },
  maxRequestBodyBytes: {
    type: bytes,
    default: 3 * 2 ** 20,
    min: 1_024,
    section: 'Requests',
    help: 'Largest body of a request; larger ones are refused with 413.',
  },
  maxYamlBodyBytes: {
    type: bytes,
    default: 512 * 1024,
    min: 1_024,
    section: 'Requests',
    help: 'The same for YAML, which takes far longer to parse.',
  },
  maxConnects: {
    type: integer,
    default: 5_000,
    section: 'Requests',
    help: 'Requests to kubelets, pods and services (log, exec, attach, port-forward, proxy) in progress at a time; more are refused with 429. 0: no limit.',
  },
  kubeletPreferredAddressTypes: {
    type: 'list',
    default: addressTypes,
    section: 'Requests',
    placeholder: 'types',
    help: 'Addresses of a node at which its kubelet is looked for: the first of these types that the node has.',
  },
  kubeletCertificateAuthority: {
    type: text,
    default: '',
    section: 'Requests',
    placeholder: 'file',
    help: 'Authority, in PEM, to check the certificates of kubelets by. Without it they are not checked.',
  },
  kubeletClientCertificate: {
    type: text,
    default: '',
    section: 'Requests',
    placeholder: 'file',
    help: 'Client certificate, in PEM, to show to kubelets.',
  },
  kubeletClientKey: {
    type: text,
    default: '',
    section: 'Requests',
    placeholder: 'file',
    help: 'Private key of --kubelet-client-certificate, PEM.',
  },
  kubeletTimeout: {
    type: duration,
    default: 5_000,
    min: 1,
    section: 'Requests',
    help: 'How long a connection to a kubelet may take to come about.',
  },
  allowPrivileged: {
    type: flag,
    default: false,
    section: 'Requests',
    help: 'Pods may have privileged containers.',
  },
  eventTtl: {
    type: duration,
    default: 3_600_000,
    min: 1_000,
    section: 'Requests',
    help: 'How long Events are kept after they were written.',
  },
  runtimeConfig: {
    type: 'list',
    default: list,
    section: 'Requests',
    placeholder: 'key=bool,…',
    help: 'What is served: api/all, api/ga, api/beta, api/alpha, group/version (v1: the core group) or group/version/resource (/v1/pods), =true or =false.',
  },
  apiAudiences: {
    type: 'list',
    default: list,
    section: 'Requests',
    placeholder: 'audiences',
    help: 'Whom tokens of service accounts are for that are for this server. Default: the issuers.',
  },
  serviceAccountIssuer: {
    type: 'list',
    default: list,
    section: 'Requests',
    placeholder: 'issuers',
    help: 'Who issues tokens of service accounts, as they say it. Tokens of all are taken, and the first issues.',
  },
  serviceAccountJwksUri: {
    type: text,
    default: '',
    section: 'Requests',
    placeholder: 'url',
    help: 'Where others find the keys of the issuer, which must be a plain https URL to be told of. Default: this server, if its secure port is given.',
  },
  serviceAccountSigningKeyFile: {
    type: text,
    default: '',
    section: 'Requests',
    placeholder: 'file',
    help: 'Private key, in PEM, that signs tokens of service accounts. Without it there are none.',
  },
  serviceAccountKeyFile: {
    type: 'list',
    default: list,
    section: 'Requests',
    placeholder: 'files',
    help: 'Keys, in PEM, by which tokens of service accounts are known. Default: the one that signs.',
  },
  serviceClusterIpRange: {
    type: text,
    default: '10.0.0.0/16',
    section: 'Requests',
    placeholder: 'ranges',
    help: 'Addresses that services get, as a range such as 10.0.0.0/16, or one of IPv4 and one of IPv6 with a comma between.',
  },
  serviceNodePortRange: {
    type: text,
    default: '30000-32767',
    section: 'Requests',
    placeholder: 'ports',
    help: 'Ports of the nodes that services get, the last one included.',
  },
  controllers: {
    type: 'list',
    default: everyController,
    section: 'Controllers',
    placeholder: 'names',
    help: `Controllers to run: *: all, name: this one, -name: not this one. All: ${controllerNames.join(', ')}.`,
  },
  enableGarbageCollector: {
    type: flag,
    default: true,
    section: 'Controllers',
    help: 'Let deletions wait for a garbage collector where they ask for it. Off: nothing is collected, orphaned or waited for.',
  },
  minRequestTimeout: {
    type: integer,
    default: 1_800,
    min: 1,
    section: 'Watches',
    placeholder: 'seconds',
    help: 'A watch that asks for no timeout is ended after this to twice this many seconds.',
  },
  defaultWatchCacheSize: {
    type: integer,
    default: 100,
    min: 1,
    section: 'Watches',
    placeholder: 'events',
    help: 'Events of history kept per resource at least; more are kept while they are younger than 75 s.',
  },
  watchCacheSizes: {
    type: 'sizes',
    default: sizes,
    section: 'Watches',
    help: 'The same for single resources, such as pods#1000,deployments.apps#500.',
  },
  maxWatchCacheSize: {
    type: integer,
    default: 100 * 1024,
    min: 1,
    section: 'Watches',
    placeholder: 'events',
    help: 'Events of history kept per resource at most, however young.',
  },
  maxWatchCacheBytes: {
    type: bytes,
    default: 128 * 2 ** 20,
    min: 2 ** 20,
    section: 'Watches',
    help: 'Size of the objects that history keeps, over all resources. Beyond it they give what is older than 75 s first.',
  },
  maxWatches: {
    type: integer,
    default: 50_000,
    section: 'Watches',
    help: 'Watches open at a time; more are refused with 429. 0: no limit.',
  },
  watchBufferBytes: {
    type: bytes,
    default: 64 * 1024,
    min: 1_024,
    section: 'Watches',
    help: 'What may wait for one slow watcher before it is served from history, at its own pace.',
  },
  listCacheBytes: {
    type: bytes,
    default: 64 * 2 ** 20,
    section: 'Requests',
    help: 'List items kept joined for the next LIST, over all resources; beside it, rows of Tables may take a quarter of it, and, where clients ask for protobuf, its list items and its objects as much again each. 0: none.',
  },
  shutdownDelayDuration: {
    type: duration,
    default: 0,
    section: 'Life cycle',
    help: 'On SIGTERM, how long to go on serving with /readyz failing, before new requests are refused.',
  },
  shutdownGracePeriod: {
    type: duration,
    default: 20_000,
    section: 'Life cycle',
    help: 'How long a shutdown waits for requests to finish and for watchers to take what they are owed.',
  },
  logLevel: {
    type: 'level',
    default: 'info',
    section: 'Life cycle',
    short: 'v',
    help: 'debug, info, warn, error or silent; or a number as kube-apiserver takes it (4 and more: debug).',
  },
} as const satisfies Record<string, { [T in OptionType]: Option<T> }[OptionType]>;

export type OptionName = keyof typeof options;

/** All settings, by name. What each means is its row in {@link options}. */
export type Config = { readonly [K in OptionName]: OptionValues[(typeof options)[K]['type']] };

export const optionNames = Object.keys(options) as OptionName[];

/** The row of `name`, without the types of its own default. */
export const optionOf = (name: OptionName): Option => options[name];

/** `etcdServers` → `etcd-servers`; `http2Max…` keeps its digit. */
export const flagOf = (name: OptionName): string => name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);

/** `etcdServers` → `CROWSNEST_ETCD_SERVERS`. */
export const environmentOf = (name: OptionName): string =>
  `CROWSNEST_${flagOf(name).replaceAll('-', '_').toUpperCase()}`;
