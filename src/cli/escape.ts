// The console's way out, as ssh users know it: `~.` at the beginning of a line leaves, `~~` sends one tilde.

export interface EscapeFilter {
  /** Takes what was typed; returns what goes to the guest, and whether the user wants to leave. */
  feed(data: Buffer): { readonly forward: Buffer; readonly leave: boolean };
}

const TILDE = 0x7e;
const DOT = 0x2e;

export function escapeFilter(): EscapeFilter {
  let state: "line-start" | "tilde" | "inside" = "line-start";
  return {
    feed: (data) => {
      const forward: number[] = [];
      for (const byte of data) {
        if (state === "tilde") {
          if (byte === DOT) return { forward: Buffer.from(forward), leave: true };
          if (byte !== TILDE) forward.push(TILDE);
          state = "inside";
        } else if (state === "line-start" && byte === TILDE) {
          state = "tilde";
          continue;
        }
        forward.push(byte);
        state = byte === 0x0d || byte === 0x0a ? "line-start" : "inside";
      }
      return { forward: Buffer.from(forward), leave: false };
    },
  };
}
