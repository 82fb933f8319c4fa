/**
 * Single parts of the server, without sockets and processes: `npm run bench:micro [-- NAME…]`.
 * Names are those of the files beside this one, without `.bench.ts`; default: all.
 */
import { readdirSync } from 'node:fs';
import { run } from 'mitata';

const ending = '.bench.ts';
const there = readdirSync(new URL('.', import.meta.url))
  .filter((file) => file.endsWith(ending))
  .map((file) => file.slice(0, -ending.length))
  .sort();
const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !there.includes(name));

if (unknown.length > 0) {
  process.stderr.write(`there is no ${unknown.join(', ')}; there are ${there.join(' ')}\n`);
  process.exitCode = 2;
} else {
  for (const name of wanted.length > 0 ? wanted : there) await import(`./${name}${ending}`);
  await run({ throw: true });
}
