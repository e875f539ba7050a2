// Between a guest that may print without end and a terminal that must stay usable: text is gathered, handed on at most 60
// times a second in bounded pieces, and where the guest is faster than that, the middle is dropped with a word about it.

export interface OutputPumpOptions {
  readonly write: (text: string) => void;
  /** Time between two pieces, ms. */
  readonly intervalMs?: number;
  /** Largest piece, in UTF-16 units. */
  readonly pieceMax?: number;
  /** Most text that waits, in UTF-16 units; older text is dropped for newer. */
  readonly waitingMax?: number;
}

export interface OutputPump {
  /** Takes the next bytes; a character may be split between two calls. */
  push(bytes: Uint8Array): void;
  /** Writes everything that waits at once. */
  flush(): void;
  dispose(): void;
}

const INTERVAL_MS = 17;
const PIECE_MAX = 64 * 1024;
const WAITING_MAX = 1024 * 1024;

export function createOutputPump(options: OutputPumpOptions): OutputPump {
  const intervalMs = options.intervalMs ?? INTERVAL_MS;
  const pieceMax = options.pieceMax ?? PIECE_MAX;
  const waitingMax = options.waitingMax ?? WAITING_MAX;
  const decoder = new TextDecoder();
  let waiting: string[] = [];
  let size = 0;
  let dropped = 0;
  let timer: NodeJS.Timeout | undefined;
  let lastWrite = 0;

  const schedule = (): void => {
    timer ??= setTimeout(writePiece, Math.max(0, intervalMs - (performance.now() - lastWrite)));
  };

  const take = (max: number): string => {
    const text = waiting.join("");
    const piece = text.slice(0, max);
    waiting = piece.length < text.length ? [text.slice(piece.length)] : [];
    size = text.length - piece.length;
    return piece;
  };

  const writePiece = (): void => {
    timer = undefined;
    lastWrite = performance.now();
    const marker =
      dropped === 0 ? "" : `\r\n[… ${dropped} characters were faster than this terminal; the log has them …]\r\n`;
    dropped = 0;
    options.write(marker + take(pieceMax));
    if (size > 0) schedule();
  };

  return {
    push: (bytes) => {
      const text = decoder.decode(bytes, { stream: true });
      if (text === "") return;
      waiting.push(text);
      size += text.length;
      if (size > waitingMax) {
        const kept = waiting.join("").slice(-(waitingMax >> 1));
        dropped += size - kept.length;
        waiting = [kept];
        size = kept.length;
      }
      schedule();
    },
    flush: () => {
      clearTimeout(timer);
      timer = undefined;
      if (size > 0 || dropped > 0) {
        const whole = size;
        writePiece();
        if (whole > pieceMax) options.write(take(size));
        clearTimeout(timer);
        timer = undefined;
      }
    },
    dispose: () => {
      clearTimeout(timer);
      timer = undefined;
      waiting = [];
      size = 0;
    },
  };
}
