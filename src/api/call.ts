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

/** One request to a deployment. */
export interface ApiRequest {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  /** Relative to the deployment's path, with a leading slash, escaped. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly json?: unknown;
  /** A body that is not JSON, with its headers. Has the time limits of an upload. */
  readonly raw?: { readonly bytes: Buffer; readonly headers: Readonly<Record<string, string>> };
  /** No timeout for the response: an agent's whole turn may come before it. */
  readonly untimedResponse?: boolean;
  /** Sends no token. */
  readonly anonymous?: boolean;
  /** Uses a connection that no other request shares. */
  readonly ownConnection?: boolean;
  /** Called whenever bytes of the response arrive. */
  readonly onProgress?: (() => void) | undefined;
  /** For a GET: receives the body of a response with status 200 to 299. */
  readonly consumer?: BodyConsumer;
}

export interface ApiResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Buffer;
}
