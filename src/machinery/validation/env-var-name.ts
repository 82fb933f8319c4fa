import { mustNotBeEmpty } from './texts.ts';

/** What is wrong with `name` as the name of an environment variable. */
export function envVarName(name: string): readonly string[] {
  if (name === '') return [`environment variable name ${mustNotBeEmpty}`];
  if (/^[\x20-\x3c\x3e-\x7e]*$/.test(name)) return [];
  return ["a valid environment variable name must consist only of printable ASCII characters other than '='"];
}
