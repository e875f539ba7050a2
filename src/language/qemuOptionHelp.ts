// What an element of `args` is for QEMU, in one line.
import { isKnownOption, removedOption, takesValue } from "../lint/qemuOptions.ts";

/** Undefined for anything but an option. */
export function describeOption(text: string): string | undefined {
  if (!/^--?\w/.test(text)) return undefined;
  const name = text.replace(/^--?/, "");
  const removed = removedOption(name);
  if (removed !== undefined) {
    return `QEMU removed \`-${name}\` in ${removed.since}.${removed.instead === undefined ? "" : ` Write \`${removed.instead}\` instead.`}`;
  }
  if (!isKnownOption(name)) return undefined;
  const value = takesValue(name) ? "takes the next element as its value" : "stands alone";
  return `QEMU's option \`-${name}\`; it ${value}. [QEMU's documentation](https://www.qemu.org/docs/master/system/invocation.html)`;
}
