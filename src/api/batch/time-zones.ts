import { readFileSync } from 'node:fs';

let names: ReadonlySet<string> | undefined;

/** Read when the first time zone has to be found. */
function isKnown(name: string): boolean {
  names ??= new Set(
    JSON.parse(readFileSync(new URL('./time-zones.generated.json', import.meta.url), 'utf8')) as readonly string[],
  );
  return names.has(name);
}

/** What is wrong with the name of a time zone, in the words of Go's time.LoadLocation; undefined: it is known. */
export function timeZoneError(name: string): string | undefined {
  if (name === '' || name === 'UTC' || name === 'Local') return undefined;
  const leaves = name.startsWith('/') || name.includes('\\') || name.split('/').includes('..');
  if (leaves) return 'time: invalid location name';
  return isKnown(name) ? undefined : `unknown time zone ${name}`;
}
