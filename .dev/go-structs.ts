import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A field of a Go struct that has a JSON tag. */
export interface GoField {
  /** As written: `*metav1.Time`, `[]Container`. */
  readonly type: string;
  /** '' for an embedded struct whose fields stand among those of the outer one. */
  readonly json: string;
  readonly omitEmpty: boolean;
  readonly omitZero: boolean;
  /** The field number, where there is one. */
  readonly protobuf: string | undefined;
  /** The `+default=` above it, as JSON. */
  readonly default: string | undefined;
}

export interface GoPackage {
  readonly structs: ReadonlyMap<string, readonly GoField[]>;
  /** Named types that are not structs, by what they stand for. */
  readonly aliases: ReadonlyMap<string, string>;
}

/** The types of the Go package in `folder`, read line by line: Kubernetes' API packages are formatted and tagged alike. */
export function readGoPackage(folder: string): GoPackage {
  const structs = new Map<string, readonly GoField[]>();
  const aliases = new Map<string, string>();
  for (const file of readdirSync(folder)) {
    if (!file.endsWith('.go') || /_test\.go$|^zz_|generated/.test(file)) continue;
    const text = readFileSync(join(folder, file), 'utf8');
    for (const [, type = '', body = ''] of text.matchAll(/^type (\w+) struct \{\n([\s\S]*?)^\}/gm)) {
      structs.set(type, fieldsIn(body, text));
    }
    for (const [, type = ''] of text.matchAll(/^type (\w+) struct ?\{\}/gm)) structs.set(type, []);
    for (const [, type = '', target = ''] of text.matchAll(/^type (\w+) =? ?((?!struct|interface|func)\S+)/gm)) {
      aliases.set(type, target);
    }
  }
  return { structs, aliases };
}

/** The fields of a struct, `body`, in a file, `text`, which may have the constants that defaults refer to. */
function fieldsIn(body: string, text: string): readonly GoField[] {
  let marker: string | undefined;
  return body.split('\n').flatMap((line) => {
    const found = /^\t\/\/ \+default=(.*)/.exec(line)?.[1];
    if (found !== undefined) marker = found;
    if (line.startsWith('\t//')) return [];
    const field = fieldOf(line, marker === undefined ? undefined : defaultIn(marker, text));
    marker = undefined;
    return field ?? [];
  });
}

/** `"TCP"`, or `ref(Name)` of a constant. */
function defaultIn(marker: string, text: string): string {
  const name = /^ref\((\w+)\)/.exec(marker)?.[1];
  if (name === undefined) return marker;
  const constant = new RegExp(`^\\s*${name}\\b[^=\\n]*= *(".*")`, 'm').exec(text)?.[1];
  if (constant === undefined) throw new Error(`+default=${marker}: no constant ${name}`);
  return constant;
}

function fieldOf(line: string, defaultValue: string | undefined): GoField | undefined {
  const [, , type, tags] = /^\t(?:(\w+)\s+)?([^\s/]\S*)\s+`(.*)`/.exec(line) ?? [];
  if (type === undefined || tags === undefined) return undefined;
  const tag = /json:"([^"]*)"/.exec(tags)?.[1];
  const protobuf = /protobuf:"\w+,(\d+)/.exec(tags)?.[1];
  if ((tag === undefined && protobuf === undefined) || tag === '-') return undefined;
  const [json = '', ...flags] = (tag ?? '').split(',');
  const [omitEmpty, omitZero] = [flags.includes('omitempty'), flags.includes('omitzero')];
  return { type, json, omitEmpty, omitZero, protobuf, default: defaultValue };
}
