import type { BodyConsumer } from './body-consumer.ts';

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
