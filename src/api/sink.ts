/** Takes the bytes of an answer as they come, so that what is known already need not be put together again. */
export interface Sink {
  /** An answer begins; what came of an earlier one that did not end is forgotten. */
  begin(): void;
  /** The bytes may be written over when this returns: what is to be kept of them is copied. */
  take(chunk: Uint8Array): void;
  /** All of it is there. The buffer may be written over when the next answer ends. */
  end(): Buffer;
}

/** Puts all of it together, and knows nothing. */
export function plainSink(): Sink {
  let chunks: Uint8Array[] = [];
  return {
    begin: () => {
      chunks = [];
    },
    take: (chunk) => void chunks.push(Buffer.from(chunk)),
    end: () => Buffer.concat(chunks),
  };
}
