import type { CheckedAst } from '../../../src/machinery/cel/checked-ast.ts';
import type { Expression, MapEntry, StructField } from '../../../src/machinery/cel/expression.ts';
import { Double, Uint } from '../../../src/machinery/cel/value.ts';

/** What is written behind each node. */
export type Adornment = (node: Expression | MapEntry | StructField) => string;

/** The kinds of nodes, as cel-go's parser tests show them. */
export const kindOf: Adornment = (node) => {
  if (!('kind' in node)) return '^#*expr.Expr_CreateStruct_Entry#';
  switch (node.kind) {
    case 'literal':
      return `^#*expr.Constant_${constantKind(node.value)}Value#`;
    case 'map':
    case 'struct':
      return '^#*expr.Expr_StructExpr#';
    default:
      return `^#*expr.Expr_${node.kind.charAt(0).toUpperCase()}${node.kind.slice(1)}Expr#`;
  }
};

function constantKind(value: unknown): string {
  if (value === null) return 'Null';
  if (value instanceof Double) return 'Double';
  if (value instanceof Uint) return 'Uint64';
  if (value instanceof Uint8Array) return 'Bytes';
  return { boolean: 'Bool', string: 'String', number: 'Int64', bigint: 'Int64' }[typeof value as 'string'] ?? '';
}

/** The types of nodes and what they refer to, as cel-go's checker tests show them. */
export const typesOf =
  (checked: CheckedAst): Adornment =>
  (node) => {
    if (!('kind' in node)) return '';
    const type = checked.types.get(node)?.text ?? '';
    const reference = checked.references.get(node);
    if (reference === undefined) return type === '' ? '' : `~${type}`;
    const to =
      reference.kind === 'name'
        ? reference.name
        : reference.overloads
            .map(({ id }) => id)
            .sort()
            .join('|');
    return `~${type}^${to}`;
  };

/** An expression as cel-go's ToDebugString writes it. */
export function debugText(expression: Expression, adornment: Adornment): string {
  return new Printer(adornment).print(expression, 0);
}

class Printer {
  readonly #adornment: Adornment;

  constructor(adornment: Adornment) {
    this.#adornment = adornment;
  }

  print(node: Expression, depth: number): string {
    return `${this.#bare(node, depth)}${this.#adornment(node)}`;
  }

  #bare(node: Expression, depth: number): string {
    switch (node.kind) {
      case 'literal':
        return literalText(node.value);
      case 'ident':
        return node.name;
      case 'select':
        return `${this.print(node.operand, depth)}.${node.field}${node.isTest ? '~test-only~' : ''}`;
      case 'call': {
        const target = node.target === undefined ? '' : `${this.print(node.target, depth)}.`;
        return `${target}${node.name}${this.#block('(', ')', node.args.length, depth, (at) => this.print(node.args[at] as Expression, depth + 1))}`;
      }
      case 'list':
        return this.#block('[', ']', node.elements.length, depth, (at) => {
          const optional = node.optional.has(at) ? '?' : '';
          return `${optional}${this.print(node.elements[at] as Expression, depth + 1)}`;
        });
      case 'map':
        return this.#block('{', '}', node.entries.length, depth, (at) => {
          const entry = node.entries[at] as MapEntry;
          const key = `${entry.isOptional ? '?' : ''}${this.print(entry.key, depth + 1)}`;
          return `${key}:${this.print(entry.value, depth + 1)}${this.#adornment(entry)}`;
        });
      case 'struct':
        return `${node.typeName}${this.#block('{', '}', node.fields.length, depth, (at) => {
          const field = node.fields[at] as StructField;
          const name = `${field.isOptional ? '?' : ''}${field.name}`;
          return `${name}:${this.print(field.value, depth + 1)}${this.#adornment(field)}`;
        })}`;
      case 'comprehension': {
        const inner = '  '.repeat(depth + 1);
        const part = (name: string, text: string): string => `\n${inner}// ${name}\n${inner}${text}`;
        const parts = [
          part('Variable', node.variable),
          ...(node.variable2 === undefined ? [] : [part('Variable2', node.variable2)]),
          part('Target', this.print(node.range, depth + 1)),
          part('Accumulator', node.accumulator),
          part('Init', this.print(node.init, depth + 1)),
          part('LoopCondition', this.print(node.condition, depth + 1)),
          part('LoopStep', this.print(node.step, depth + 1)),
          part('Result', this.print(node.result, depth + 1)),
        ];
        return `__comprehension__(${parts.join(',')})`;
      }
    }
  }

  #block(open: string, close: string, count: number, depth: number, item: (at: number) => string): string {
    if (count === 0) return `${open}${close}`;
    const items = Array.from({ length: count }, (_, at) => `${'  '.repeat(depth + 1)}${item(at)}`);
    return `${open}\n${items.join(',\n')}\n${'  '.repeat(depth)}${close}`;
  }
}

function literalText(value: unknown): string {
  if (value instanceof Double) return String(value.value);
  if (value instanceof Uint) return `${value.value}u`;
  if (value instanceof Uint8Array) return `b"${Buffer.from(value).toString()}"`;
  return typeof value === 'string' ? JSON.stringify(value) : String(value);
}
