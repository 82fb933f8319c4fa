/**
 * Writes records/documents.json of what a kube-apiserver serves about itself, which was saved from it:
 *
 *     npx tsx test/reference/record-documents.ts --openapi-v2 FILE --openapi-v3 FILE --discovery FILE
 *
 * openapi-v3 has its documents by their paths below /openapi/v3; discovery the aggregated documents of /api and /apis, by
 * these paths.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { type DocumentRecords, discoveryHashes, hashesOf } from './documents.ts';

const { values } = parseArgs({
  options: { 'openapi-v2': { type: 'string' }, 'openapi-v3': { type: 'string' }, discovery: { type: 'string' } },
});

function documentIn(name: keyof typeof values): unknown {
  const file = values[name];
  if (file === undefined) throw new Error(`--${name} FILE is missing`);
  return JSON.parse(readFileSync(file, 'utf8'));
}

type ByName = Record<string, unknown>;
const v2 = documentIn('openapi-v2') as { definitions: ByName; paths: ByName };
const v3 = documentIn('openapi-v3') as Record<string, { components: { schemas: ByName }; paths: ByName }>;
const discovery = documentIn('discovery') as Record<'/api' | '/apis', Parameters<typeof discoveryHashes>[0][number]>;

const merged = (parts: readonly ByName[]): ByName => Object.assign({}, ...parts) as ByName;
const documents = Object.values(v3);
const records: DocumentRecords = {
  definitions: {
    v2: hashesOf(v2.definitions),
    v3: hashesOf(merged(documents.map(({ components }) => components.schemas))),
  },
  paths: { v2: hashesOf(v2.paths), v3: hashesOf(merged(documents.map(({ paths }) => paths))) },
  discovery: discoveryHashes([discovery['/api'], discovery['/apis']]),
};
writeFileSync(join(import.meta.dirname, 'records/documents.json'), `${JSON.stringify(records, undefined, 1)}\n`);
