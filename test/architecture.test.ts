import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { expect, test } from 'vitest';
import { optionNames } from '../src/config/options.ts';

/** Folder of src/ → the folders it may import: the table in ARCHITECTURE.md, executable. */
const mayImport: Readonly<Record<string, string>> = {
  base: '',
  machinery: 'base',
  storage: 'base',
  config: 'base',
  client: 'base',
  admission: 'base machinery',
  authentication: 'base machinery',
  authorization: 'base machinery',
  translate: 'base machinery storage',
  reflector: 'base storage',
  watchcache: 'base machinery translate',
  api: 'base machinery translate',
  dispatch: 'base machinery translate watchcache',
  pipeline: 'base storage translate reflector watchcache',
  discovery: 'base machinery api',
  registry: 'base machinery storage translate watchcache dispatch api',
  proxying: 'base machinery',
  locations: 'base machinery api proxying',
  encoding: 'base machinery translate dispatch api registry',
  controllers: 'base machinery translate watchcache api registry',
  extensions: 'base machinery api',
  endpoints: 'base machinery translate dispatch api registry encoding proxying locations',
  server:
    'base machinery storage config admission authentication authorization translate reflector watchcache api dispatch pipeline discovery registry encoding controllers extensions proxying locations endpoints client',
  'main.ts': 'config server',
};

/** Package → the folders that may name it. Everywhere else it hides behind an interface of ours. */
const mayUse: Readonly<Record<string, string>> = {
  rxjs: 'reflector pipeline',
  hono: 'endpoints',
  '@hono/node-server': 'server',
  ws: 'base endpoints proxying',
  yaml: 'encoding endpoints',
  re2js: 'machinery/structural',
  '@peculiar/x509': 'server/tls',
  'reflect-metadata': 'server/tls',
  pino: 'server',
  'prom-client': 'server',
  etcd3: 'storage/etcd3',
  '@grpc/grpc-js': 'storage/etcd3',
  cockatiel: 'storage/etcd3',
  '@photostructure/sqlite': 'storage/embedded',
};

const root = resolve('src');

interface Source {
  /** Below src/. */
  readonly path: string;
  readonly text: string;
}

const files: readonly Source[] = readdirSync(root, { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('.ts'))
  .map((path) => ({ path, text: readFileSync(join(root, path), 'utf8') }));
const sources = files.filter(({ path }) => !path.endsWith('.test.ts'));

const tests: readonly Source[] = [
  ...files.filter(({ path }) => path.endsWith('.test.ts')),
  ...readdirSync('test', { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.ts'))
    .map((path) => ({ path: `test/${path}`, text: readFileSync(join('test', path), 'utf8') })),
];

const importsOf = (text: string): string[] =>
  [...text.matchAll(/(?:\bfrom |\bimport |\bimport\()'([^']+)'/g)].map(([, to = '']) => to);

const folderOf = (path: string): string => path.split('/')[0] ?? '';

/** A word of the list covers the folder of that name and everything below. */
const allows = (list: string | undefined, path: string): boolean =>
  (list ?? '').split(' ').some((word) => word !== '' && `${path}/`.startsWith(`${word}/`));

const packageOf = (specifier: string): string => specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/');

test('folders of src/ import one another only as the table allows', () => {
  const wrong: string[] = [];
  for (const { path, text } of sources) {
    const from = folderOf(path);
    for (const to of importsOf(text)) {
      if (!to.startsWith('.')) continue;
      const folder = folderOf(relative(root, resolve(root, dirname(path), to)));
      if (folder !== from && !allows(mayImport[from], folder)) wrong.push(`${path} → ${to}`);
    }
  }
  expect(wrong).toEqual([]);
});

test('packages are named only in the folders that own them', () => {
  const wrong: string[] = [];
  for (const { path, text } of sources) {
    for (const to of importsOf(text)) {
      if (to.startsWith('.') || to.startsWith('node:')) continue;
      if (!allows(mayUse[packageOf(to)], path)) wrong.push(`${path} → ${to}`);
    }
  }
  expect(wrong).toEqual([]);
});

test('the tables have a row for what there is, and for nothing else', () => {
  const folders = new Set(sources.map(({ path }) => folderOf(path)));
  expect([...folders].sort()).toEqual(Object.keys(mayImport).sort());
  const manifest = JSON.parse(readFileSync('package.json', 'utf8')) as { dependencies: Record<string, string> };
  const used = new Set(sources.flatMap(({ text }) => importsOf(text)).map(packageOf));
  expect(Object.keys(manifest.dependencies).filter((name) => !used.has(name))).toEqual([]);
  expect([...used].filter((name) => name in mayUse && !(name in manifest.dependencies))).toEqual([]);
});

test('ARCHITECTURE.md states the same table of folders', () => {
  const text = readFileSync('ARCHITECTURE.md', 'utf8');
  for (const [folder, list] of Object.entries(mayImport)) {
    if (folder === 'server' || folder === 'main.ts') continue;
    const row = text.split('\n').find((line) => new RegExp(`^\\| (?:\\w+, )*${folder}(?:, \\w+)* \\|`).test(line));
    const stated = /\| ([^|(]*?)(?: \([^|]*\))? \|$/.exec(row ?? '')?.[1]?.trim();
    expect(stated, folder).toBe(list === '' ? '–' : list);
  }
});

test('no source and no test is long', () => {
  const written = [...sources, ...tests].filter(({ path }) => !path.endsWith('.generated.ts'));
  const long = written.filter(({ text }) => text.split('\n').length > 600).map(({ path }) => path);
  expect(long).toEqual([]);
});

test('there are no barrels', () => {
  const barrels = sources.filter(({ path, text }) => /^export \*/m.test(text) || /(^|\/)index\.ts$/.test(path));
  expect(barrels.map(({ path }) => path)).toEqual([]);
});

test('sources never import tests', () => {
  const wrong = sources.filter(({ text }) => importsOf(text).some((to) => /\.test\.ts$|\/test\//.test(to)));
  expect(wrong.map(({ path }) => path)).toEqual([]);
});

/** The one way to leave a test out: a conformance suite says in the test's name what a backend cannot do. */
const leftOutWithReason =
  /test\.(?:skip\(|skipIf\(needs !== true\)\(needs === true \? title : )`\$\{title\} \([^`]*\$\{[\w.]+\}\)`/g;

test('no test is switched off without saying why', () => {
  const off = tests.filter(({ text }) =>
    /\b(?:test|it|describe)\.(?:skip|only|todo)\b|\bskipIf\(/.test(text.replaceAll(leftOutWithReason, '')),
  );
  expect(off.map(({ path }) => path)).toEqual([]);
});

test('every option is read outside config/', () => {
  const readers = sources.filter(({ path }) => folderOf(path) === 'server' || path === 'main.ts');
  const unread = optionNames.filter((name) => !readers.some(({ text }) => new RegExp(`\\b${name}\\b`).test(text)));
  expect(unread).toEqual([]);
});
