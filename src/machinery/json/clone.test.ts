import { describe, expect, test } from 'vitest';
import { cloneJson } from './clone.ts';
import { encodeJson } from './encode.ts';
import { parseJsonText } from './parse.ts';

describe('machinery/json/clone', () => {
  test('a copy is the same document and shares nothing with what it was made of', () => {
    const text = '{"a":[{"b":null},1.5,9007199254740993,"x",true],"__proto__":{"c":{}},"constructor":"d"}';
    const { value } = parseJsonText(text);
    const copy = cloneJson(value);
    expect(encodeJson(copy)).toBe(text);
    expect(Object.getPrototypeOf(copy)).toBe(Object.getPrototypeOf(value));
    const inner = (of: typeof value) => (of as { a: [{ b: unknown }] }).a;
    inner(copy)[0].b = 'changed';
    inner(copy).push({ b: 1 });
    expect(encodeJson(value)).toBe(text);
  });
});
