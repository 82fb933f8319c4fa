/** From here on texts are cut to {@link cutLength}, and no more are sent once those that were have so many characters. */
const maxTotal = 4_096;
const cutLength = 256;

/**
 * The value of `Warning` for these texts, in their order; clients read several in one as they read several headers.
 * Bounded as in the original: more than 4,096 characters are cut, text by text, and then left out.
 */
export function warningHeader(texts: Iterable<string>): string {
  const all = [...texts];
  const cut = all.reduce((sum, text) => sum + text.length, 0) > maxTotal;
  const values: string[] = [];
  let total = 0;
  for (const text of all) {
    if (total >= maxTotal) break;
    const sent = cut ? firstCharacters(text) : text;
    total += sent.length;
    values.push(warningValue(sent));
  }
  return values.join(', ');
}

/** Whole characters: half of a pair is none. */
const firstCharacters = (text: string): string =>
  text.length <= cutLength
    ? text
    : Array.from(text.slice(0, 2 * cutLength))
        .slice(0, cutLength)
        .join('');

/** RFC 9111 `warn-code SP warn-agent SP quoted-text`; bytes beyond ASCII go as UTF-8, one header character each. */
function warningValue(text: string): string {
  const quoted = text.replace(/[\\"]/g, '\\$&').replace(/\p{Cc}/gu, ' ');
  return `299 - "${Buffer.from(quoted).toString('latin1')}"`;
}
