import { maxLength } from './texts.ts';

/** `low` and `high` are allowed themselves. */
export const betweenText = (low: number, high: number): string => `must be between ${low} and ${high}, inclusive`;

/** What is wrong with `port` as the number of a port. */
export const portNumber = (port: number): readonly string[] =>
  port >= 1 && port <= 65_535 ? [] : [betweenText(1, 65_535)];

/** What is wrong with `name` as the name of a port: an IANA service name. */
export function portName(name: string): readonly string[] {
  const wrong: string[] = [];
  if (Buffer.byteLength(name) > 15) wrong.push(maxLength(15, 'characters'));
  if (!/^[-a-z0-9]+$/.test(name)) {
    wrong.push('must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)');
  }
  if (!/[a-z]/.test(name)) wrong.push('must contain at least one letter (a-z)');
  if (name.includes('--')) wrong.push('must not contain consecutive hyphens');
  if (name.startsWith('-') || name.endsWith('-')) wrong.push('must not begin or end with a hyphen');
  return wrong;
}
