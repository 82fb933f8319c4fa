import { parseArgs } from 'node:util';
import { profiles } from './profiles.ts';
import type { Target } from './target.ts';

export type BenchArguments = {
  /** Empty: all. */
  readonly profileNames: readonly string[];
  /** Servers that are there already; empty: crowsnest is started here. */
  readonly urls: readonly Target[];
  readonly rounds: number;
  readonly smoke: boolean;
  readonly million: boolean;
  readonly output: string;
};

export const usage = `npm run bench -- [options]

  --profile NAME[,NAME…]        only these: ${profiles.map(({ name }) => name).join(' ')} cold-start
  --target URL[,URL…]           measure these servers beside the floor, instead of starting crowsnest
  --pid PID[,PID…]              their processes, in the same order, if they run here: for CPU and memory
  --token TOKEN                 sent as a bearer token to every --target
  --certificate-authority FILE  PEM that signed their certificates
  --insecure-skip-tls-verify    do not check certificates
  --http2                       speak HTTP/2 to every https --target
  --rounds N                    counted rounds (default 3); one more warms up
  --million                     also start on 1,000,000 objects
  --smoke                       a few requests of a few profiles, for correctness only
  --output DIR                  where results are written (default .results)
`;

/** @throws {Error} with what is wrong, all of it. */
export function parseBenchArguments(argv: readonly string[], readFile: (path: string) => string): BenchArguments {
  const { values } = parseArgs({
    args: [...argv],
    options: {
      profile: { type: 'string', default: '' },
      target: { type: 'string', default: '' },
      pid: { type: 'string', default: '' },
      token: { type: 'string' },
      'certificate-authority': { type: 'string' },
      'insecure-skip-tls-verify': { type: 'boolean', default: false },
      http2: { type: 'boolean', default: false },
      rounds: { type: 'string', default: '3' },
      million: { type: 'boolean', default: false },
      smoke: { type: 'boolean', default: false },
      output: { type: 'string', default: '.results' },
    },
  });
  const words = (text: string) => text.split(',').filter((word) => word !== '');
  const profileNames = words(values.profile);
  const unknown = profileNames.filter(
    (name) => name !== 'cold-start' && !profiles.some((profile) => profile.name === name),
  );
  const rounds = Number(values.rounds);
  const file = values['certificate-authority'];
  const ca = file === undefined ? undefined : readFile(file);
  const tls = words(values.target).filter((url) => url.startsWith('https:'));
  const wrong = [
    ...unknown.map((name) => `there is no profile ${name}`),
    ...(Number.isInteger(rounds) && rounds >= 1 ? [] : [`--rounds ${values.rounds}: not a number from 1`]),
    ...(tls.length > 0 && ca === undefined && !values['insecure-skip-tls-verify']
      ? ['an https --target needs --certificate-authority or --insecure-skip-tls-verify']
      : []),
    ...words(values.target)
      .filter((url) => !URL.canParse(url))
      .map((url) => `not a URL: ${url}`),
  ];
  if (wrong.length > 0) throw new Error(wrong.join('\n'));
  const pids = words(values.pid).map(Number);
  const urls = words(values.target).map((url, i): Target => {
    const transport = url.startsWith('http:') ? 'http' : values.http2 ? 'h2' : 'tls';
    return {
      name: `${url} memory ${transport}`,
      url: url.replace(/\/$/, ''),
      pid: pids[i],
      ca,
      token: values.token,
      protocol: transport === 'h2' ? 'http2' : 'http1',
      floor: false,
      floorName: `floor ${transport}`,
    };
  });
  return { profileNames, urls, rounds, smoke: values.smoke, million: values.million, output: values.output };
}
