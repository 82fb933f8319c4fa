/** Nothing inherited: `__proto__` and `constructor` are label keys like any other. */
export type Labels = Readonly<Record<string, string>>;

/** So many different texts are remembered: the newest. */
const maxTexts = 4096;
/** Longer ones are hardly shared. */
const maxTextLength = 1024;

const byText = new Map<string, Labels>();

/**
 * Labels of the same text as one object: what a Deployment made has the labels of its template, a thousand times over.
 * `read` makes them; nobody may change them.
 */
export function sharedLabels(text: string, read: (text: string) => Labels): Labels {
  const known = byText.get(text);
  if (known !== undefined) return known;
  const labels = read(text);
  if (text.length > maxTextLength) return labels;
  byText.set(text, labels);
  if (byText.size > maxTexts) {
    for (const oldest of byText.keys()) {
      byText.delete(oldest);
      break;
    }
  }
  return labels;
}
