import { parseArgs } from 'node:util';
import { coldStart, type Extent, profileNames, profiles, profilesNamed, smokeProfiles } from './profiles.ts';
import type { Target } from './target.ts';

export type BenchArguments = Extent & {
  /** Empty: all. */
  readonly profileNames: readonly string[];
  /** Servers that are there already; empty: crowsnest is started here. */
  readonly targets: readonly Target[];
  /** undefined: each profile's own number. */
  readonly rounds: number | undefined;
  /** A run that would take longer takes fewer rounds. */
  readonly minutes: number;
  readonly smoke: boolean;
  /** Where the time goes, instead of how much it is. */
  readonly flame: boolean;
  /** A folder. */
  readonly output: string;
};

export const usage = `npm run bench -- [options]

Measures crowsnest, or servers that are there already, against the floor: a server that only moves bytes made
beforehand. Exits with 1 when any answer was wrong, with 2 when it cannot be run as asked; never because of a time.

  --profile NAME[,NAME…]        only these (default: all), or a family: fanout is all that begin with fanout-
                                ${profileNames.join('\n                                ')}
  --target URL[,URL…]           measure these servers beside the floor, instead of starting crowsnest;
                                the data set is made in them: 101 namespaces and 10,000 ConfigMaps
  --pid PID[,PID…]              their processes, in the same order, if they run here: for CPU and memory
  --token TOKEN                 sent as a bearer token to every --target
  --certificate-authority FILE  PEM that signed their certificates
  --insecure-skip-tls-verify    do not check their certificates
  --http2                       speak HTTP/2 to every https --target
  --rounds N                    counted rounds (default 3, or 2 of what takes long and has no limit); one more warms up
  --minutes N                   a run that would take longer takes fewer rounds (default 10), one at least
  --full                        herds of 1,000 informers instead of 100, 10,000 idle TLS watches instead of 2,000
  --million                     also 1,000,000 objects, where cost over objects is measured
  --smoke                       a few requests of most profiles, for correctness only: less than a minute
  --flame                       no figures, but flame graphs: where the time of crowsnest and the floor goes, by V8's
                                profiler; and system calls, where there is strace
  --output DIR                  where results are written (default .results, with --flame .results/flame)
  --help                        this
`;

const options = {
  profile: { type: 'string', default: '' },
  target: { type: 'string', default: '' },
  pid: { type: 'string', default: '' },
  token: { type: 'string' },
  'certificate-authority': { type: 'string' },
  'insecure-skip-tls-verify': { type: 'boolean', default: false },
  http2: { type: 'boolean', default: false },
  rounds: { type: 'string' },
  minutes: { type: 'string', default: '10' },
  full: { type: 'boolean', default: false },
  million: { type: 'boolean', default: false },
  smoke: { type: 'boolean', default: false },
  flame: { type: 'boolean', default: false },
  output: { type: 'string' },
} as const;

const words = (text: string): string[] => text.split(',').filter((word) => word !== '');

/** @throws {Error} with what is wrong, a line each. */
export function parseBenchArguments(argv: readonly string[], readFile: (path: string) => string): BenchArguments {
  const { values } = parseArgs({ args: [...argv], options });
  const { full, million, smoke, flame } = values;
  const output = values.output ?? (flame ? '.results/flame' : '.results');
  const [names, urls, pids] = [words(values.profile), words(values.target), words(values.pid)];
  const rounds = values.rounds === undefined ? undefined : Number(values.rounds);
  const minutes = Number(values.minutes);
  const https = urls.filter((url) => url.startsWith('https:'));
  const unverified = values['insecure-skip-tls-verify'];
  const file = values['certificate-authority'];
  const possible = (name: string) =>
    profilesNamed(name).filter((one) => isPossible(one, { smoke, given: urls.length > 0 }));
  const wrong = [
    ...names.filter((name) => profilesNamed(name).length === 0).map((name) => `there is no profile or family ${name}`),
    ...(rounds === undefined || (Number.isInteger(rounds) && rounds >= 1)
      ? []
      : [`--rounds ${values.rounds}: not a number from 1`]),
    ...(minutes > 0 ? [] : [`--minutes ${values.minutes}: not a number above 0`]),
    ...urls.filter((url) => !/^https?:$/.test(protocolOf(url))).map((url) => `not an http or https URL: ${url}`),
    ...(https.length > 0 && file === undefined && !unverified
      ? ['an https --target needs --certificate-authority or --insecure-skip-tls-verify']
      : []),
    ...(file !== undefined && unverified
      ? ['--certificate-authority and --insecure-skip-tls-verify: one of them']
      : []),
    ...(values.http2 && https.length < urls.length ? ['--http2 is for https targets'] : []),
    ...(pids.length > 0 && pids.length !== urls.length ? [`${pids.length} --pid for ${urls.length} --target`] : []),
    ...pids.filter((pid) => !/^[1-9]\d*$/.test(pid)).map((pid) => `--pid ${pid}: not a process id`),
    ...(flame && smoke ? ['--flame and --smoke: one of them'] : []),
    ...(flame && urls.length > 0 ? ['--flame is for servers that are started here: leave out --target'] : []),
    ...(new Set(urls).size < urls.length ? ['the same --target twice'] : []),
    ...names
      .filter((name) => profilesNamed(name).length > 0 && possible(name).length === 0)
      .map((name) =>
        smoke ? `profile ${name} is not in --smoke` : `profile ${name} starts its own servers: leave out --target`,
      ),
  ];
  if (wrong.length > 0) throw new Error(wrong.join('\n'));
  const ca = file === undefined ? undefined : readFile(file);
  const targets = urls.map((url, i): Target => {
    const transport = url.startsWith('http:') ? 'http' : values.http2 ? 'h2' : 'tls';
    return {
      name: url,
      url: url.replace(/\/$/, ''),
      transport,
      backend: undefined,
      pid: pids[i] === undefined ? undefined : Number(pids[i]),
      replicas: [],
      ca,
      inspector: undefined,
      token: values.token,
      protocol: transport === 'h2' ? 'http2' : 'http1',
      floor: false,
      floorName: `floor ${transport}`,
    };
  });
  return {
    profileNames: [...new Set(names.flatMap(possible))],
    targets,
    rounds,
    minutes,
    full,
    million,
    smoke,
    flame,
    output,
  };
}

/** Some profiles need servers of their own, some take too long for a smoke test. A family is what is left of it. */
function isPossible(name: string, { smoke, given }: { readonly smoke: boolean; readonly given: boolean }): boolean {
  if (name === coldStart) return !smoke && !given;
  const all = smoke ? smokeProfiles : profiles({ full: false, million: false });
  return all.some((profile) => profile.name === name && !(given && profile.servers === 'own'));
}

const protocolOf = (url: string): string => (URL.canParse(url) ? new URL(url).protocol : '');
