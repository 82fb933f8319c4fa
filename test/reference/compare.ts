import { parseArgs } from 'node:util';
import type { JsonObject } from '../../src/machinery/json-value.ts';
import { anonymous } from './anonymous.ts';
import { differences } from './differences.ts';
import { type Answer, Exchange, type Request } from './exchange.ts';
import { life, type Step } from './life.ts';
import { type Manifest, manifests } from './manifests.ts';
import { randomOf, someMutation } from './mutations.ts';
import { kindKey, type ResourcePath, resourcePaths } from './resource-paths.ts';
import { Tally } from './tally.ts';

const usage = `npm run compare -- --reference URL --target URL [options] MANIFEST…

Sends both servers the same requests and tells where their answers differ. Each object in the manifests (files or folders
of YAML or JSON) is created, read, patched, applied, replaced and deleted, in a namespace of its own, on both.

  --reference URL        an API server that is right; --token T is sent to it
  --target URL           the one that is looked at; --target-token T
  --mutations N          instead: each object N times with one thing wrong in it, as a dry run
  --seed TEXT            what is wrong depends on this (default 1)
  --kinds KIND[,KIND…]   only these
  --top N                so many classes of differences (default 40)
  --details              every difference, as lines of JSON

Certificates are not checked. Exits with 1 when an answer differs.`;

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      reference: { type: 'string' },
      target: { type: 'string' },
      token: { type: 'string' },
      'target-token': { type: 'string' },
      mutations: { type: 'string', default: '0' },
      seed: { type: 'string', default: '1' },
      kinds: { type: 'string' },
      top: { type: 'string', default: '40' },
      details: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  const { reference: referenceUrl, target: targetUrl, seed } = values;
  if (values.help || referenceUrl === undefined || targetUrl === undefined || positionals.length === 0) {
    console.log(usage);
    return values.help ? 0 : 2;
  }
  const reference = new Exchange(referenceUrl, values.token);
  const target = new Exchange(targetUrl, values['target-token']);
  const paths = await resourcePaths(reference);
  const wanted = values.kinds?.split(',');
  const mutations = Number(values.mutations);
  const tally = new Tally();
  const run = process.pid.toString(36);
  let serial = 0;

  /** Asks both; the answer is the reference's. */
  const both = async ({ kind, from }: Manifest, { step, request }: Step): Promise<Answer> => {
    const [answer, ours] = await Promise.all([reference.ask(request), answerOf(target, request)]);
    const found = differences(anonymous(answer), anonymous(ours));
    tally.add({ kind, step, from, found });
    if (values.details && found.length > 0) console.log(JSON.stringify({ kind, step, from, request, found }));
    return answer;
  };

  for (const manifest of manifests(positionals)) {
    const path = paths.get(kindKey(manifest.apiVersion, manifest.kind));
    // What is deleted with a namespace is no object's own answer.
    if (path === undefined || manifest.kind === 'Namespace' || wanted?.includes(manifest.kind) === false) continue;
    const namespace = `compare-${run}-${serial++}`;
    const object = placed(manifest.object, path, namespace);
    const inNamespace = { method: 'POST', path: '/api/v1/namespaces', body: { metadata: { name: namespace } } };
    if (path.namespaced) for (const server of [reference, target]) await server.ask(inNamespace);
    const collection = path.collection(namespace);
    if (mutations > 0) {
      const random = randomOf(`${seed} ${JSON.stringify(object)}`);
      for (let n = 0; n < mutations; n++) {
        const wrong = someMutation(object, random);
        if (wrong === undefined) continue;
        const query = '?dryRun=All&fieldValidation=Strict';
        await both(manifest, {
          step: 'create with something wrong',
          request: { method: 'POST', path: collection + query, body: wrong.object },
        });
      }
    } else {
      const steps = life(collection, object);
      for (let next = steps.next(); next.done !== true; ) next = steps.next(await both(manifest, next.value));
    }
    const end = { method: 'DELETE', path: `/api/v1/namespaces/${namespace}` };
    if (path.namespaced) for (const server of [reference, target]) await server.ask(end);
  }
  for (const line of tally.lines(Number(values.top))) console.log(line);
  reference.close();
  target.close();
  return tally.differing === 0 ? 0 : 1;
}

/** What is no answer is told as one. */
const answerOf = (server: Exchange, request: Request): Promise<Answer> =>
  server.ask(request).catch((error: unknown) => ({ status: 0, headers: {}, body: String(error) }));

function placed(object: JsonObject, { namespaced }: ResourcePath, namespace: string): JsonObject {
  if (!namespaced) return object;
  return { ...object, metadata: { ...(object['metadata'] as JsonObject), namespace } };
}

process.exitCode = await main();
