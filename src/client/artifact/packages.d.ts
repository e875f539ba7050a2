// Types of a package that brings none.

declare module "seek-bzip" {
  /** A source of bytes; `readByte` gives -1 at the end. */
  interface ByteSource {
    readByte(): number;
    read(buffer: Uint8Array, offset: number, length: number): number;
    eof(): boolean;
  }
  interface ByteSink {
    writeByte(byte: number): void;
    flush?(): void;
  }
  interface Bunzip {
    /** Decodes every stream in `input` (`multistream`). Throws on bad data. */
    decode(input: ByteSource, output: ByteSink, multistream: boolean): void;
  }
  const bunzip: Bunzip;
  export default bunzip;
}
