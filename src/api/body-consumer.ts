/** Receives the bytes of a response as they arrive. */
export interface BodyConsumer {
  /** A response starts. Discards an earlier response that did not end. */
  start(): void;
  /** The caller reuses the memory of `chunk` after the call: copy it. */
  write(chunk: Uint8Array): void;
  /** Returns the complete body. The buffer is valid until the next response ends. */
  end(): Buffer;
}

/** A consumer that only joins the chunks. */
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
