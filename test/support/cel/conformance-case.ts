import { Environment } from '../../../src/machinery/cel/environment.ts';
import { functionTable } from '../../../src/machinery/cel/function.ts';
import { parseDuration, parseTimestamp } from '../../../src/machinery/cel/go-time.ts';
import { ArrayList } from '../../../src/machinery/cel/list.ts';
import { intOf } from '../../../src/machinery/cel/literals.ts';
import { MapBuilder } from '../../../src/machinery/cel/map.ts';
import {
  boolType,
  bytesType,
  doubleType,
  durationType,
  dynType,
  intType,
  listType,
  mapType,
  nullType,
  opaqueType,
  paramType,
  stringType,
  type Type,
  timestampType,
  typeOfType,
  typeType,
  uintType,
} from '../../../src/machinery/cel/type.ts';
import { Double, Uint, type Value } from '../../../src/machinery/cel/value.ts';

/** JSON of the protocol buffers that the conformance data is written in. */
type Proto = { readonly [key: string]: never };
type Json = unknown;

/** It speaks of protocol buffers, which nothing in Kubernetes' dialect does. */
export class NotInDialect extends Error {
  override readonly name = 'NotInDialect';
}

/** `cel.expr.Decl`: a variable or a function. */
export interface ProtoDeclaration {
  readonly name: string;
  readonly ident?: { readonly type: Json };
  readonly function?: {
    readonly overloads: readonly {
      readonly overloadId: string;
      readonly params?: readonly Json[];
      readonly resultType: Json;
      readonly isInstanceFunction?: boolean;
    }[];
  };
}

/** `cel.expr.conformance.test.SimpleTest`, as far as it is used. */
export interface ConformanceCase {
  readonly name?: string;
  readonly expr: string;
  readonly value?: Json;
  readonly typedResult?: { readonly result?: Json; readonly deducedType?: Json };
  readonly evalError?: Json;
  readonly typeEnv?: readonly ProtoDeclaration[];
  readonly bindings?: Readonly<Record<string, { readonly value?: Json }>>;
  readonly disableCheck?: boolean;
  readonly checkOnly?: boolean;
  readonly container?: string;
}

export interface ConformanceSuite {
  readonly name: string;
  readonly suites?: readonly ConformanceSuite[];
  readonly tests?: readonly { readonly original: ConformanceCase; readonly type?: string }[];
}

/** Every case with the names of the suites that it is in. */
export function casesOf(
  suite: ConformanceSuite,
  path: readonly string[] = [],
): readonly (readonly [string, ConformanceCase])[] {
  return [
    ...(suite.tests ?? []).map(
      ({ original }) => [[...path, original.name ?? original.expr].join('/'), original] as const,
    ),
    ...(suite.suites ?? []).flatMap((inner) => casesOf(inner, [...path, inner.name])),
  ];
}

const primitives: Readonly<Record<string, Type>> = {
  BOOL: boolType,
  INT64: intType,
  UINT64: uintType,
  DOUBLE: doubleType,
  STRING: stringType,
  BYTES: bytesType,
};
const wellKnown: Readonly<Record<string, Type>> = { TIMESTAMP: timestampType, DURATION: durationType };

/** @throws {NotInDialect} */
export function typeOfProto(json: Json): Type {
  const [[kind, value] = ['', undefined]] = Object.entries((json ?? {}) as Proto) as [string, Json][];
  switch (kind) {
    case 'primitive':
      return primitives[String(value)] as Type;
    case 'wellKnown':
      if (wellKnown[String(value)] !== undefined) return wellKnown[String(value)] as Type;
      break;
    case 'dyn':
      return dynType;
    case 'null':
      return nullType;
    case 'listType':
      return listType(typeOfProto((value as { elemType?: Json }).elemType));
    case 'mapType': {
      const { keyType, valueType } = value as { keyType?: Json; valueType?: Json };
      return mapType(typeOfProto(keyType), typeOfProto(valueType));
    }
    case 'type':
      return value === undefined || Object.keys(value as Proto).length === 0
        ? typeType
        : typeOfType(typeOfProto(value));
    case 'typeParam':
      return paramType(String(value));
    case 'abstractType': {
      const { name, parameterTypes = [] } = value as { name: string; parameterTypes?: readonly Json[] };
      return opaqueType(name, ...parameterTypes.map(typeOfProto));
    }
    default:
      break;
  }
  throw new NotInDialect(`type ${kind}`);
}

const typeNames: Readonly<Record<string, Type>> = {
  bool: boolType,
  int: intType,
  uint: uintType,
  double: doubleType,
  string: stringType,
  bytes: bytesType,
  list: listType(dynType),
  map: mapType(dynType, dynType),
  null_type: nullType,
  type: typeType,
  'google.protobuf.Timestamp': timestampType,
  'google.protobuf.Duration': durationType,
  optional_type: opaqueType('optional_type', dynType),
};

/** @throws {NotInDialect} */
export function valueOfProto(json: Json): Value {
  const [[kind, value] = ['nullValue', null]] = Object.entries((json ?? {}) as Proto) as [string, Json][];
  switch (kind) {
    case 'nullValue':
      return null;
    case 'boolValue':
      return value as boolean;
    case 'stringValue':
      return value as string;
    case 'int64Value':
      return intOf(BigInt(value as string)) as Value;
    case 'uint64Value':
      return new Uint(BigInt(value as string));
    case 'doubleValue':
      return new Double(Number(value));
    case 'bytesValue':
      return new Uint8Array(Buffer.from(value as string, 'base64'));
    case 'listValue':
      return new ArrayList(((value as { values?: readonly Json[] }).values ?? []).map(valueOfProto));
    case 'mapValue': {
      const map = new MapBuilder();
      for (const { key, value: entry } of (value as { entries?: readonly { key: Json; value: Json }[] }).entries ??
        []) {
        map.set(valueOfProto(key), valueOfProto(entry));
      }
      return map.done();
    }
    case 'typeValue':
      if (typeNames[value as string] !== undefined) return typeNames[value as string] as Type;
      break;
    case 'objectValue':
      return wellKnownValue(value as { '@type': string; value?: string });
    default:
      break;
  }
  throw new NotInDialect(`value ${kind}`);
}

function wellKnownValue({ '@type': type, value = '' }: { readonly '@type': string; readonly value?: string }): Value {
  const known =
    type === 'type.googleapis.com/google.protobuf.Duration'
      ? parseDuration(value)
      : type === 'type.googleapis.com/google.protobuf.Timestamp'
        ? parseTimestamp(value)
        : undefined;
  if (known === undefined) throw new NotInDialect(type);
  return known;
}

/** The environment with what a case declares. @throws {NotInDialect} */
export function environmentOf(base: Environment, declarations: readonly ProtoDeclaration[] = []): Environment {
  const functions = declarations.flatMap(({ name, function: declared }) =>
    declared === undefined
      ? []
      : [
          {
            name,
            overloads: declared.overloads.map(
              ({ overloadId, params = [], resultType, isInstanceFunction = false }) => ({
                id: overloadId,
                isMethod: isInstanceFunction,
                args: params.map(typeOfProto),
                result: typeOfProto(resultType),
              }),
            ),
          },
        ],
  );
  const variables = declarations.flatMap(({ name, ident }) =>
    ident === undefined ? [] : [[name, typeOfProto(ident.type)] as const],
  );
  if (functions.length === 0) return base.with(new Map(variables));
  return new Environment({
    functions: functionTable([...base.functions.values()], functions),
    variables: new Map(variables),
  });
}
