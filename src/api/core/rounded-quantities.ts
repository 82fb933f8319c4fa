import { QuantityError, roundedToThousandths } from '../../machinery/quantity.ts';

/** What may be below a thousandth: a suffix or an exponent that makes it less, or more than three digits behind the point. */
const mayBeSmall = /[nu]|e-|\.\d{4}|\d\.\d*[mnu]/i;

/** Amounts of resources are thousandths at least, so smaller ones become one. */
export function roundUpQuantities(resources: { [name: string]: string } | undefined): void {
  if (resources === undefined) return;
  for (const name of Object.keys(resources)) {
    const text = resources[name] ?? '';
    if (mayBeSmall.test(text)) resources[name] = rounded(text);
  }
}

/** What is no quantity is left for the decoder to name. */
function rounded(text: string): string {
  try {
    return roundedToThousandths(text);
  } catch (error) {
    if (error instanceof QuantityError) return text;
    throw error;
  }
}
