// Number literals as they are written.

/** Whether a number token is a number: the scanner also takes dots and exponents that do not fit. */
export function isNumber(text: string): boolean {
  let dots = 0;
  let exponents = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === 0x2e) {
      if (exponents > 0) return false;
      dots++;
    } else if (code === 0x65 || code === 0x45) {
      exponents++;
    }
  }
  return dots < 2 && exponents < 2;
}
