/**
 * Makes the JavaScript of the package, dist/*.js, of src/ and the packages that it imports: a dozen files instead of five
 * hundred, because a start spends more time on finding and opening modules than on running them. What is imported lazily
 * stays a file of its own; what src/ `require`s is left to be found in node_modules.
 *
 *     npx tsx .dev/bundle.ts
 *
 * dist/ is flat, so that a file which src/ finds beside the code that names it is there beside whatever file that code
 * comes to lie in: the worker, and the tables.
 */
import { chmodSync, copyFileSync, existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { build, type Metafile } from 'esbuild';
import { kubernetesSchema } from '../src/machinery/schema/kubernetes-schema.ts';
import { readDescriptions } from './descriptions.ts';
import { etcdProtocol } from './etcd-protocol.ts';

const root = resolve(import.meta.dirname, '..');
const output = join(root, 'dist');

/** All but the declarations, which the compiler makes. */
function clear(): void {
  if (!existsSync(output)) return;
  for (const name of readdirSync(output)) if (name !== 'types') rmSync(join(output, name), { recursive: true });
}

async function bundle(): Promise<Metafile> {
  const { metafile } = await build({
    absWorkingDir: root,
    entryPoints: [
      'src/main.ts',
      'src/server/start-server.ts',
      'src/client/client.ts',
      'src/storage/embedded/worker.ts',
    ],
    entryNames: '[name]',
    outdir: output,
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node20.19',
    sourcemap: true,
    // The licences come as a file of their own.
    legalComments: 'none',
    mainFields: ['module', 'main'],
    // For Node it names its CommonJS build, of which nothing unused can be left out.
    alias: { rxjs: join(root, 'node_modules/rxjs/dist/esm/index.js') },
    plugins: [etcdProtocol],
    // What CommonJS packages take for granted. esbuild renames whatever else would be called `require`, but nothing else.
    banner: {
      js: "import { createRequire as packageRequire } from 'node:module';\nconst require = packageRequire(import.meta.url);",
    },
    define: { __dirname: 'import.meta.dirname' },
    metafile: true,
  });
  return metafile;
}

/** @throws {Error} for two of one name: dist/ is flat. */
function copyTables(): void {
  const sources = join(root, 'src');
  for (const path of readdirSync(sources, { recursive: true, encoding: 'utf8' })) {
    if (!path.endsWith('.generated.json')) continue;
    const target = join(output, basename(path));
    if (existsSync(target)) throw new Error(`two tables are called ${basename(path)}`);
    copyFileSync(join(sources, path), target);
  }
}

/** What `kubectl explain` says of types and fields: see NOTICE. */
function writeDescriptions(): void {
  const models = join(root, 'node_modules/@kubernetes/client-node/dist/gen/models');
  const descriptions = readDescriptions(models, kubernetesSchema().names);
  writeFileSync(join(output, 'kubernetes-descriptions.json'), JSON.stringify(descriptions));
}

/** The licences of the packages whose code is in the bundle, as they ask for. */
function writeLicences({ inputs }: Metafile): void {
  const names = Object.keys(inputs).map((path) => /^node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(path)?.[1]);
  const texts = [...new Set(names.filter((name) => name !== undefined))].sort().map((name) => {
    const folder = join(root, 'node_modules', name);
    const file = readdirSync(folder).find((file) => /^licen[cs]e/i.test(file));
    if (file === undefined) throw new Error(`${name} has no licence`);
    return `${name}\n${'-'.repeat(name.length)}\n\n${readFileSync(join(folder, file), 'utf8').trim()}\n`;
  });
  writeFileSync(join(output, 'LICENSES.txt'), texts.join('\n\n'));
}

clear();
const metafile = await bundle();
copyTables();
writeDescriptions();
writeLicences(metafile);
chmodSync(join(output, 'main.js'), 0o755);
