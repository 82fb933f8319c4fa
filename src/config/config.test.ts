import { describe, expect, test } from 'vitest';
import { readArguments } from './arguments.ts';
import { ConfigError, configFromText, configFromValues, defaultConfig } from './config.ts';
import { controllerNames, isControllerEnabled } from './controllers.ts';
import { serveHelp } from './help.ts';
import { optionTypes } from './option-type.ts';
import { type Config, environmentOf, flagOf, optionNames, optionOf } from './options.ts';

const parse = (argv: string[], environment: Record<string, string> = {}): Config => {
  const { texts, problems } = readArguments(argv);
  return configFromText(texts, environment, problems);
};

const problemsOf = (argv: string[], environment: Record<string, string> = {}): readonly string[] => {
  try {
    parse(argv, environment);
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
  return [];
};

describe('config', () => {
  test('nothing given is the table of defaults, and that is valid', () => {
    expect(parse([])).toEqual(defaultConfig);
  });

  test('every default is written and read back by its type', () => {
    for (const name of optionNames) {
      const option = optionOf(name);
      const rules = optionTypes[option.type] as { parse(text: string): unknown; format(value: unknown): string };
      expect(rules.parse(rules.format(option.default)), name).toEqual(option.default);
    }
  });

  test('a flag beats the environment, which beats the default', () => {
    expect(parse([], { CROWSNEST_SECURE_PORT: '7443' }).securePort).toBe(7443);
    expect(parse(['--secure-port=8443'], { CROWSNEST_SECURE_PORT: '7443' }).securePort).toBe(8443);
  });

  test('values are taken with = and as the next word, a short flag in every spelling', () => {
    expect(parse(['--request-timeout', '1m30s', '-v', '4']).requestTimeout).toBe(90_000);
    for (const argv of [['-v', '4'], ['-v4'], ['-v=4'], ['--log-level=debug']]) {
      expect(parse(argv).logLevel, argv.join(' ')).toBe('debug');
    }
  });

  test('a flag without a value is true, and can be told false', () => {
    expect(parse(['--memory']).memory).toBe(true);
    expect(parse(['--memory=false'], { CROWSNEST_MEMORY: 'true' }).memory).toBe(false);
  });

  test('a list can be given at once or in parts', () => {
    const both = ['http://a:2379', 'http://b:2379'];
    expect(parse([`--etcd-servers=${both.join(',')}`]).etcdServers).toEqual(both);
    expect(parse(both.map((url) => `--etcd-servers=${url}`)).etcdServers).toEqual(both);
  });

  test('controllers are named as for kube-controller-manager: what names one first decides, else the star', () => {
    const runs = (text: string): readonly string[] => {
      const { controllers } = parse([`--controllers=${text}`]);
      return controllerNames.filter((name) => isControllerEnabled(controllers, name));
    };
    expect(runs('*')).toEqual([...controllerNames]);
    expect(runs('')).toEqual([]);
    expect(runs('namespace')).toEqual(['namespace-controller']);
    const others = controllerNames.filter((name) => name !== 'garbage-collector-controller');
    expect(runs('*,-garbagecollector')).toEqual(others);
    expect(runs('-garbage-collector-controller,*,garbagecollector')).toEqual(others);
    expect(runs('garbagecollector,-garbage-collector-controller')).toEqual(['garbage-collector-controller']);
    expect(problemsOf(['--controllers=*,-deployment,job'])).toEqual([
      '--controllers: "deployment" is not in the list of known controllers',
      '--controllers: "job" is not in the list of known controllers',
    ]);
  });

  test('watch cache sizes name resources as kube-apiserver does', () => {
    const { watchCacheSizes } = parse(['--watch-cache-sizes=pods#1000,deployments.apps#5']);
    expect([...watchCacheSizes]).toEqual([
      ['pods', 1000],
      ['deployments.apps', 5],
    ]);
  });

  test('the etcd prefix gets one slash in front and none behind', () => {
    for (const prefix of ['registry', '/registry', '/registry/'])
      expect(parse([`--etcd-prefix=${prefix}`]).etcdPrefix).toBe('/registry');
  });

  test('all problems are reported together, each naming its flag or variable', () => {
    const problems = problemsOf(['--nonsense', '--secure-port=x', '--etcd-keyfile', '--tls-cert-file=c'], {
      CROWSNEST_EVENT_TTL: 'soon',
    });
    expect(problems).toHaveLength(5);
    for (const part of ['--nonsense', '--secure-port', '--etcd-keyfile', '--tls-cert-file', 'CROWSNEST_EVENT_TTL']) {
      expect(problems.join('\n')).toContain(part);
    }
  });

  test.each([
    ['--bind-address=0.0.0.0', 'nobody is asked who he is'],
    ['--bind-address=example.org', 'nobody is asked who he is'],
    ['--bind-address=127.evil.example', 'nobody is asked who he is'],
    ['--authorization-mode=Node,RBAC', '"Node" is not a valid mode'],
    ['--authorization-mode=RBAC,RBAC', 'twice'],
    ['--accept-hosts=http://a.example', 'not a name'],
    ['--accept-hosts=*.example', 'not a name'],
    ['--secure-port=65536', 'not a port'],
    ['--request-timeout=-5s', 'not a duration'],
    ['--request-timeout=1ms', 'at least 1s'],
    ['--max-requests-inflight=-1', 'not a whole number'],
    ['--watch-cache-sizes=pods=3', 'resource[.group]#size'],
    ['--etcd-servers=localhost:2379', 'http(s)://host:port'],
    ['--etcd-servers=http://a:1,https://b:2', 'all must be'],
    ['--etcd-username=root', 'only of use together'],
    ['--etcd-prefix=/', 'a path such as'],
    ['--max-header-bytes=64k', 'not a size'],
    ['--log-level=loud', 'not one of'],
    ['--memory=perhaps', 'not true or false'],
  ])('%s is refused: %s', (argument, reason) => {
    const problems = problemsOf([argument]);
    expect(problems.join('\n')).toContain(reason);
    expect(problems[0]).toContain(argument.split('=')[0]);
  });

  test('settings that contradict each other are refused', () => {
    expect(problemsOf(['--memory', '--etcd-servers=http://a:1'])).toHaveLength(1);
    expect(problemsOf(['--secure-port=0', '--insecure-port=0'])).toHaveLength(1);
    expect(problemsOf(['--secure-port=7000', '--insecure-port=7000'])).toHaveLength(1);
    expect(problemsOf(['--secure-port=any', '--insecure-port=any'])).toEqual([]);
  });

  test('any loopback address is fine', () => {
    for (const bindAddress of ['127.0.0.1', '127.8.9.1', '::1']) {
      expect(configFromValues({ bindAddress }).bindAddress).toBe(bindAddress);
    }
  });

  test('--help tells every option with its variable', () => {
    const help = serveHelp();
    for (const name of optionNames) {
      expect(help).toContain(`--${flagOf(name)}`);
      expect(help).toContain(`[${environmentOf(name)}]`);
    }
    expect(Math.max(...help.split('\n').map((line) => line.length))).toBeLessThanOrEqual(120);
  });
});
