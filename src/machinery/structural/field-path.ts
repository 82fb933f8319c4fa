import { additionalNode, type SchemaNode } from './schema-node.ts';

/** A path that leads nowhere by the schema, or is none. The message is the original's. */
export class FieldPathError extends Error {
  override readonly name = 'FieldPathError';
}

export interface FoundField {
  /** `spec.size`, `spec.labels[a]`. */
  readonly path: string;
  /** The first step. */
  readonly root: string;
  /** Undefined: nothing is said of what is there. */
  readonly node: SchemaNode | undefined;
}

/**
 * What `.spec.size` or `.spec.labels['a.b']` leads to. `brackets`: whether these may be used.
 * @throws {FieldPathError}
 */
export function findField(
  jsonPath: string,
  schema: SchemaNode,
  { brackets }: { readonly brackets: boolean },
): FoundField {
  let node: SchemaNode | undefined = schema;
  let path = '';
  let root = '';
  const tokens = tokensOf(jsonPath);
  const next = (): string => {
    const token = tokens.shift();
    if (token === undefined) throw new FieldPathError('unexpected end of JSON path');
    return token;
  };
  const step = (name: string): void => {
    const named: boolean = node !== undefined && node.properties.size > 0;
    if (!named && node?.additionalProperties === undefined) throw new FieldPathError('does not refer to a valid field');
    const found: SchemaNode | undefined = named ? node?.properties.get(name) : node && additionalNode(node);
    if (named && found === undefined) throw new FieldPathError('does not refer to a valid field');
    node = found;
    path += named ? (path === '' ? name : `.${name}`) : `[${name}]`;
    if (root === '') root = named ? name : `[${name}]`;
  };
  for (let token = tokens.shift(); token !== undefined; token = tokens.shift()) {
    if (token === '.') step(next());
    else if (token === '[') {
      if (!brackets) throw new FieldPathError('array notation is not allowed');
      step(unquoted(next()));
      const end = next();
      if (end !== ']') throw new FieldPathError(`expected ] but got ${end}`);
    } else throw new FieldPathError(`expected [ or . but got: ${token}`);
  }
  return { path, root, node };
}

/** Delimiters by themselves, texts in single quotes, and what stands between. */
function tokensOf(text: string): string[] {
  const tokens: string[] = [];
  let at = 0;
  while (at < text.length) {
    const start = at;
    if (text[at] === "'") {
      for (at++; at < text.length && !(text[at] === "'" && text[at - 1] !== '\\'); at++);
      at++;
    } else if ('.[]'.includes(text[at] ?? '')) at++;
    else while (at < text.length && !'.[]'.includes(text[at] ?? '')) at++;
    tokens.push(text.slice(start, at));
  }
  return tokens;
}

function unquoted(token: string): string {
  if (token.length < 2 || !token.startsWith("'") || !token.endsWith("'")) {
    throw new FieldPathError(`expected single quoted string but got ${token}`);
  }
  return token.slice(1, -1).replace(/\\(['\\])/g, '$1');
}
