import { describe, expect, test } from 'vitest';
import { validateDomainName, validateDomainPath } from './domains.ts';

const told = (errors: readonly { readonly message: string }[]) => errors.map(({ message }) => message.slice(0, 40));

// The words of kube-apiserver 1.37.2 for the same values.
describe('machinery/validation: domains', () => {
  test.each([
    ['a.example.com', []],
    ['a.example.com.', []],
    ['', ['Required value']],
    ['localhost', ['Invalid value: "localhost": should be a ']],
    ['A.b', ['Invalid value: "A.b": a lowercase RFC 11']],
    [`a.${'b'.repeat(64)}`, [`Invalid value: "${'b'.repeat(24)}`]],
  ])('name %s', (name, wanted) => {
    expect(told(validateDomainName(name, 'x'))).toEqual(wanted);
  });

  test.each([
    ['example.com/controller', []],
    ['example.com/a/b~c', []],
    ['', ['Required value']],
    ['example.com', ['Invalid value: "example.com": must be a ']],
    ['/a', ['Invalid value: "/a": must be a domain-pr']],
    ['A_/b c', ['Invalid value: "A_": a lowercase RFC 112', 'Invalid value: "b c": Invalid path (rege']],
  ])('path %s', (path, wanted) => {
    expect(told(validateDomainPath(path, 'x'))).toEqual(wanted);
  });
});
