/** Takes the bytes of an answer as they come, so that what is known already need not be put together again. */
export interface BodyConsumer {
  /** An answer begins; what came of an earlier one that did not end is forgotten. */
  start(): void;
  /** The bytes may be written over when this returns: what is to be kept of them is copied. */
  write(chunk: Uint8Array): void;
  /** All of it is there. The buffer may be written over when the next answer ends. */
  end(): Buffer;
}

/** Puts all of it together, and knows nothing. */
export function collectBody(): BodyConsumer {
  let chunks: Uint8Array[] = [];
  return {
    start: () => {
      chunks = [];
    },
    write: (chunk) => void chunks.push(Buffer.from(chunk)),
    end: () => Buffer.concat(chunks),
  };
}
