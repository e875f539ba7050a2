// Terminal output as text for an editor: without escape sequences and carriage returns.

// CSI, OSC (ended by BEL or ST), and the two-character escapes (ECMA-48).
const ESCAPES = /\u001b(?:\[[0-?]*[ -/]*[@-~]|\][^\u0007\u001b]*(?:\u0007|\u001b\\)|[ -/]*[0-~])/g;
// Everything else that an editor cannot show, except tab and newline.
const CONTROLS = /[\u0000-\u0008\u000b-\u001f\u007f]/g;

/** Removes what only a terminal understands; a line that was drawn over keeps all its versions. */
export function plainText(output: string): string {
  return output.replace(ESCAPES, "").replace(/\r+\n/g, "\n").replace(CONTROLS, "");
}
