import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { type JsonObject, stringAt } from '../../src/machinery/json-value.ts';

/** An object somebody wrote, and where. */
export interface Manifest {
  /** `FILE#2`: the third document of that file. */
  readonly from: string;
  readonly apiVersion: string;
  readonly kind: string;
  readonly object: JsonObject;
}

const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** All objects in those files and folders, each once, lists taken apart. What is not YAML, or no object, is passed over. */
export function* manifests(paths: readonly string[]): Generator<Manifest> {
  const seen = new Set<string>();
  for (const file of paths.flatMap(filesIn)) {
    for (const [index, value] of documentsIn(file).entries()) {
      if (!isObject(value)) continue;
      const { apiVersion, kind, metadata } = value;
      if (typeof apiVersion !== 'string' || typeof kind !== 'string' || !isObject(metadata)) continue;
      const text = JSON.stringify(value);
      if (seen.has(text)) continue;
      seen.add(text);
      yield { from: `${file}#${index}`, apiVersion, kind, object: value };
    }
  }
}

function filesIn(path: string): string[] {
  if (!statSync(path).isDirectory()) return [path];
  return readdirSync(path, { recursive: true, encoding: 'utf8' })
    .filter((file) => /\.(ya?ml|json)$/.test(file))
    .sort()
    .map((file) => join(path, file));
}

function documentsIn(file: string): unknown[] {
  const documents = parseAllDocuments(readFileSync(file, 'utf8'), { schema: 'core', logLevel: 'silent' });
  return [...documents].flatMap((document) => {
    if (document.errors.length > 0) return [];
    // Through JSON: what two places share must not be changed in both.
    const value: unknown = JSON.parse(JSON.stringify(document.toJS({ maxAliasCount: 100 }) ?? null));
    if (!isObject(value) || !stringAt(value, 'kind').endsWith('List')) return [value];
    return Array.isArray(value['items']) ? value['items'] : [value];
  });
}
