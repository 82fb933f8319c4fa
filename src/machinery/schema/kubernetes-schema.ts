import { readFileSync } from 'node:fs';
import type { GroupVersion } from '../gvk.ts';
import type { AnySchema, Field, ScalarKind, Schema, StructSchema } from './schema.ts';
import type { FieldData, StructData, TypeData } from './schema-data.ts';

const scalars = {
  s: 'string',
  i: 'int32',
  l: 'int64',
  d: 'double',
  b: 'boolean',
  y: 'bytes',
  t: 'time',
  u: 'microtime',
  q: 'quantity',
  x: 'intOrString',
  '*': 'any',
} as const satisfies Record<Extract<TypeData, string>, ScalarKind>;

/**
 * The types of Kubernetes' own resources, by kind and by definition. A struct is parsed and built when it is first asked
 * for, and the same one is given ever after: a server that starts asks for those of a Namespace, one in sixty of all.
 */
export class KubernetesSchema {
  /** JSON of a StructData each. */
  readonly #structs: readonly string[];
  readonly #built: (StructSchema | undefined)[];
  readonly #byName = new Map<string, number>();
  readonly #byKind = new Map<string, number>();

  /** `text`: see SchemaData. */
  constructor(text: string) {
    this.#structs = text
      .split('\n')
      .slice(1, -2)
      .map((line) => (line.endsWith(',') ? line.slice(0, -1) : line));
    this.#built = this.#structs.map(() => undefined);
    for (const [index, struct] of this.#structs.entries()) {
      this.#byName.set(nameIn(struct), index);
      for (const kind of kindsIn(struct)) this.#byKind.set(kind.join('/'), index);
    }
  }

  /** Every definition's name: `io.k8s.api.core.v1.Pod`. */
  get names(): readonly string[] {
    return [...this.#byName.keys()];
  }

  /** Every kind that there is a definition of, lists too. */
  get kinds(): readonly (GroupVersion & { readonly kind: string })[] {
    return [...this.#byKind.keys()].map((key) => {
      const [group = '', version = '', kind = ''] = key.split('/');
      return { group, version, kind };
    });
  }

  byKind({ group, version }: GroupVersion, kind: string): StructSchema | undefined {
    return this.#at(this.#byKind.get(`${group}/${version}/${kind}`));
  }

  /** `io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta` */
  byName(name: string): StructSchema | undefined {
    return this.#at(this.#byName.get(name));
  }

  #at(index: number | undefined): StructSchema | undefined {
    if (index === undefined) return undefined;
    const built = this.#built[index];
    if (built !== undefined) return built;
    const json = this.#structs[index];
    if (json === undefined) return undefined;
    const data = JSON.parse(json) as StructData;
    // Known before its fields are: a struct may hold itself.
    const fields = new Map<string, Field>();
    const {
      n: name,
      r: required = [],
      w: written = [],
      u: unset = [],
      z: kept = [],
      y: goTypes = {},
      e: embedded = {},
      a,
      x: unions,
    } = data;
    const alwaysWritten = [...written, ...unset];
    const struct: StructSchema = {
      kind: 'struct',
      name,
      fields,
      required,
      alwaysWritten,
      atomic: a === 1,
      ...(unions !== undefined && { unions }),
    };
    this.#built[index] = struct;
    const whenZero: Record<string, NonNullable<Field['whenZero']>> = {
      ...Object.fromEntries(written.map((key) => [key, 'written'])),
      ...Object.fromEntries(unset.map((key) => [key, 'null'])),
      ...Object.fromEntries(kept.map((key) => [key, 'kept'])),
    };
    for (const [key, field] of Object.entries(data.f)) {
      const own = Object.hasOwn(whenZero, key) ? { whenZero: whenZero[key] } : {};
      const named = Object.hasOwn(goTypes, key) ? { goType: goTypes[key] } : {};
      const place = Object.hasOwn(embedded, key) ? { embeddedIn: embedded[key] } : {};
      fields.set(key, { ...this.#field(field), ...own, ...named, ...place } as Field);
    }
    return struct;
  }

  #field(data: FieldData): Field {
    if (typeof data !== 'object' || isListOrMap(data)) return { schema: this.#type(data) };
    return {
      schema: data.o === undefined ? this.#type(data.t) : this.#opaque(data.t, data.o),
      ...(data.l !== undefined && { listType: data.l }),
      ...(data.k !== undefined && { listMapKeys: data.k }),
      ...(data.a !== undefined && { atomic: data.a === 1 }),
      ...(data.d !== undefined && { default: data.d }),
      ...(data.p !== undefined && { patchStrategy: data.p }),
      ...(data.m !== undefined && { patchMergeKey: data.m }),
      ...(data.n !== undefined && { enum: data.n }),
      ...(data.o !== undefined && { opaqueName: data.o }),
      ...(data.b === 1 && { undescribed: true }),
    };
  }

  /** A type of which the document says no more than a name. Some are a struct or something else. */
  #opaque(data: TypeData, name: string): Schema {
    const schema = this.#type(data);
    const [, struct = '', or = ''] = /^(.*\.JSONSchemaProps)Or(\w+)$/.exec(name) ?? [];
    const index = this.#byName.get(struct);
    if (index === undefined) return schema;
    const either = { kind: 'any', struct: this.#type(index) as StructSchema, or: alternatives[or] } as AnySchema;
    return schema.kind === 'map' ? { kind: 'map', values: either } : either;
  }

  #type(data: TypeData): Schema {
    if (typeof data === 'string') return { kind: scalars[data] };
    if (typeof data === 'object') {
      const [shape, inner] = data;
      return shape === '[' ? { kind: 'list', items: this.#type(inner) } : { kind: 'map', values: this.#type(inner) };
    }
    const struct = this.#at(data);
    if (struct === undefined) throw new RangeError(`no struct ${data} in the schema`);
    return struct;
  }
}

/** By how Go names them: `JSONSchemaPropsOrBool`. */
const alternatives: Readonly<Record<string, AnySchema['or']>> = {
  Array: 'structs',
  Bool: 'boolean',
  StringArray: 'texts',
};

const nameOpening = '{"n":"';
const kindsOpening = ',"g":[[';

const nameIn = (struct: string): string => struct.slice(nameOpening.length, struct.indexOf('"', nameOpening.length));

/** No field can be mistaken for it: a list type is `["[",…]`. */
function kindsIn(struct: string): NonNullable<StructData['g']> {
  const at = struct.lastIndexOf(kindsOpening);
  if (at === -1) return [];
  const start = at + kindsOpening.length - 2;
  return JSON.parse(struct.slice(start, struct.indexOf(']]', start) + 2)) as NonNullable<StructData['g']>;
}

const isListOrMap = (data: FieldData): data is readonly ['[' | '{', TypeData] => Array.isArray(data);

let loaded: KubernetesSchema | undefined;

/** The schema that this program was built with. Read on first use: some hundred microseconds, once. */
export function kubernetesSchema(): KubernetesSchema {
  loaded ??= new KubernetesSchema(readFileSync(new URL('./kubernetes-schema.generated.json', import.meta.url), 'utf8'));
  return loaded;
}
