import { every, isLabelChar, isLower } from './chars.ts';
import { maxLength } from './texts.ts';

/** Of an IANA service name. */
const nameLength = 15;
const dash = 0x2d;

/** What is wrong with `text` as the name of a container's port. */
export function portName(text: string): string[] {
  const wrong = Buffer.byteLength(text) > nameLength ? [maxLength(nameLength, 'characters')] : [];
  if (text === '' || !every(text, isLabelChar))
    wrong.push('must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)');
  if (every(text, (code) => !isLower(code))) wrong.push('must contain at least one letter (a-z)');
  if (text.includes('--')) wrong.push('must not contain consecutive hyphens');
  if (text.charCodeAt(0) === dash || text.charCodeAt(text.length - 1) === dash)
    wrong.push('must not begin or end with a hyphen');
  return wrong;
}
