import { every, isNameChar } from './chars.ts';
import { maxLength, notMatching } from './texts.ts';

/** What is wrong with `key` as a key of a ConfigMap or Secret: it becomes a file name. */
export function configMapKey(key: string): string[] {
  const wrong = Buffer.byteLength(key) > 253 ? [maxLength(253, 'characters')] : [];
  if (key === '' || !every(key, isNameChar)) {
    wrong.push(
      notMatching(
        "a valid config key must consist of alphanumeric characters, '-', '_' or '.'",
        '[-._a-zA-Z0-9]+',
        'key.name',
        'KEY_NAME',
        'key-name',
      ),
    );
  }
  if (key === '.' || key === '..') wrong.push(`must not be '${key}'`);
  else if (key.startsWith('..')) wrong.push(`must not start with '..'`);
  return wrong;
}
