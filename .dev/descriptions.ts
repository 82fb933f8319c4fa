import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Description, Descriptions } from '../src/discovery/descriptions.ts';

/**
 * What types and fields of the API are for, as the comments of generated declarations tell it, a file for each class, in
 * the folder `models`: the words of Kubernetes' own documentation. `names`: of definitions, `io.k8s.api.core.v1.Pod`.
 */
export function readDescriptions(models: string, names: readonly string[]): Descriptions {
  const classes = new Set(readdirSync(models).flatMap((file) => /^(\w+)\.d\.ts$/.exec(file)?.[1] ?? []));
  return Object.fromEntries(
    names.flatMap((name) => {
      const file = classNamesOf(name).find((candidate) => classes.has(candidate));
      return file === undefined ? [] : [[name, descriptionIn(readFileSync(join(models, `${file}.d.ts`), 'utf8'))]];
    }),
  );
}

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

/** Where several groups have a kind of one name, `EventsV1Event`; else `V1Pod`. */
function classNamesOf(name: string): readonly string[] {
  const [kind = '', version = '', group = ''] = name.split('.').reverse();
  return [`${capital(group)}${capital(version)}${kind}`, `${capital(version)}${kind}`];
}

const comment = String.raw`/\*\*\n\s*\* (.*)\n\s*\*/\n\s*`;
const ofClass = new RegExp(`${comment}export declare class`);
const ofFields = new RegExp(`${comment}'(\\w+)'\\??:`, 'g');

function descriptionIn(declaration: string): Description {
  const fields = [...declaration.matchAll(ofFields)].map(
    // A name that the language keeps for itself has an underscore before it.
    ([, words = '', name = '']) => [name.replace(/^_/, ''), unescaped(words)] as const,
  );
  return [unescaped(ofClass.exec(declaration)?.[1] ?? ''), Object.fromEntries(fields)];
}

const unescaped = (words: string): string => words.replace(/\\(['"\\`])/g, '$1').trim();
