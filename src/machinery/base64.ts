/** Not base64. The message is Go's. */
export class Base64Error extends Error {
  override readonly name = 'Base64Error';

  /** `offset`: of the byte that does not fit, or of the unfinished group of four at the end. */
  constructor(offset: number) {
    super(`illegal base64 data at input byte ${offset}`);
  }
}

/** Standard base64 in the one spelling Kubernetes stores: line breaks are dropped. @throws {Base64Error} */
export function canonicalBase64(text: string): string {
  check(text);
  return Buffer.from(text, 'base64').toString('base64');
}

const usual = /^[A-Za-z0-9+/]*={0,2}$/;
const letter = /^[A-Za-z0-9+/]$/;

function check(text: string): void {
  if (text.length % 4 === 0 && usual.test(text)) return;
  let at = 0;
  const skipBreaks = () => {
    while (text[at] === '\n' || text[at] === '\r') at++;
  };
  for (let inGroup = 0; ; ) {
    skipBreaks();
    const char = text[at];
    if (char === undefined) {
      if (inGroup > 0) throw new Base64Error(byteOffset(text, at) - inGroup);
      return;
    }
    at++;
    if (letter.test(char)) {
      inGroup = (inGroup + 1) % 4;
      continue;
    }
    if (char !== '=' || inGroup < 2) throw new Base64Error(byteOffset(text, at - 1));
    if (inGroup === 2) {
      skipBreaks();
      if (at >= text.length) throw new Base64Error(byteOffset(text, at));
      if (text[at] !== '=') throw new Base64Error(byteOffset(text, at) - 1);
      at++;
    }
    skipBreaks();
    if (at < text.length) throw new Base64Error(byteOffset(text, at));
    return;
  }
}

const byteOffset = (text: string, at: number): number => Buffer.byteLength(text.slice(0, at));
