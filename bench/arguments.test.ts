import { describe, expect, test } from 'vitest';
import { parseBenchArguments, usage } from './arguments.ts';
import { profileNames } from './profiles.ts';

const parse = (...argv: string[]) => parseBenchArguments(argv, (path) => `PEM of ${path}`);

describe('bench/arguments', () => {
  test('by default everything is measured, on servers started here', () => {
    expect(parse()).toEqual({
      profileNames: [],
      targets: [],
      rounds: undefined,
      minutes: 10,
      full: false,
      million: false,
      smoke: false,
      flame: false,
      output: '.results',
    });
  });

  test('given servers are targets with their own transport and floor', () => {
    const { targets } = parse(
      '--target=http://127.0.0.1:1/,https://127.0.0.1:2',
      '--pid=7,8',
      '--token=t',
      '--certificate-authority=ca.pem',
    );
    expect(targets).toMatchObject([
      { url: 'http://127.0.0.1:1', pid: 7, transport: 'http', protocol: 'http1', floorName: 'floor http', token: 't' },
      { url: 'https://127.0.0.1:2', pid: 8, transport: 'tls', floorName: 'floor tls', ca: 'PEM of ca.pem' },
    ]);
  });

  test('flame graphs are written beside the results, not over them', () => {
    expect(parse('--flame')).toMatchObject({ flame: true, output: '.results/flame' });
    expect(parse('--flame', '--output=x').output).toBe('x');
  });

  test('--http2 is for https', () => {
    const [target] = parse('--target=https://a:1', '--insecure-skip-tls-verify', '--http2').targets;
    expect(target).toMatchObject({ protocol: 'http2', transport: 'h2', floorName: 'floor h2', ca: undefined });
    expect(() => parse('--target=http://a:1', '--http2')).toThrow('--http2 is for https targets');
  });

  test('a family is all profiles whose name begins with it', () => {
    const chosen = (...argv: string[]) => parse(...argv).profileNames;
    const fanout = ['fanout-burst', 'fanout-burst-h2', 'fanout-steady', 'fanout-selectors'];
    expect(chosen('--profile=fanout')).toEqual(fanout);
    expect(chosen('--profile=fanout,fanout-steady,put')).toEqual([...fanout, 'put']);
    expect(chosen('--profile=cold')).toEqual(['cold-start']);
  });

  test('a profile is not the family of those that begin like it', () => {
    expect(parse('--profile=fanout-burst,get-one').profileNames).toEqual(['fanout-burst', 'get-one']);
  });

  test('of a family that is left which can be run as asked', () => {
    expect(parse('--profile=grow', '--target=http://a').profileNames).toEqual(['grow-watchers', 'grow-rate']);
    expect(parse('--profile=fanout', '--smoke').profileNames).not.toContain('fanout-steady');
  });

  test.each([
    [['--profile=put,nonsense'], 'there is no profile or family nonsense'],
    [['--profile=fanout-'], 'there is no profile or family fanout-'],
    [['--profile=grow', '--smoke'], 'profile grow is not in --smoke'],
    [['--rounds=0'], '--rounds 0: not a number from 1'],
    [['--minutes=0'], '--minutes 0: not a number above 0'],
    [['--rounds=two'], '--rounds two: not a number from 1'],
    [['--target=https://a'], 'needs --certificate-authority or --insecure-skip-tls-verify'],
    [['--target=https://a', '--certificate-authority=f', '--insecure-skip-tls-verify'], 'one of them'],
    [['--target=localhost:80'], 'not an http or https URL: localhost:80'],
    [['--target=nonsense'], 'not an http or https URL: nonsense'],
    [['--target=http://a,http://b', '--pid=1'], '1 --pid for 2 --target'],
    [['--target=http://a', '--pid=x'], '--pid x: not a process id'],
    [['--target=http://a,http://a'], 'the same --target twice'],
    [['--target=http://a', '--profile=replicas'], 'profile replicas starts its own servers'],
    [['--target=http://a', '--profile=cold-start'], 'profile cold-start starts its own servers'],
    [['--flame', '--smoke'], '--flame and --smoke: one of them'],
    [['--flame', '--target=http://a'], '--flame is for servers that are started here'],
    [['--colour'], "Unknown option '--colour'"],
  ])('%j is refused', (argv, message) => {
    expect(() => parse(...argv)).toThrow(message);
  });

  test('everything that is wrong is told at once', () => {
    expect(() => parse('--rounds=0', '--profile=nonsense')).toThrow(/nonsense\n--rounds 0/);
  });

  test('the help names every profile', () => {
    for (const name of profileNames) expect(usage).toContain(name);
  });
});
