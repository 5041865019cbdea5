import type { BodyConsumer } from './body-consumer.ts';

/** One request to a deployment. */
export interface ApiRequest {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  /** Below the deployment's own path, beginning with a slash, escaped. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly json?: unknown;
  /** The answer is not timed, because an agent's whole turn may come before it. */
  readonly untimedResponse?: boolean;
  /** Without the token, for what the server tells everybody. */
  readonly anonymous?: boolean;
  /** Not over a connection that another request has used or will use. */
  readonly ownConnection?: boolean;
  /** Called whenever bytes of the answer arrive. */
  readonly onProgress?: (() => void) | undefined;
  /** Of a GET: where the bytes of an answer with a status of 200 to 299 go as they come. */
  readonly consumer?: BodyConsumer;
}

/** What came back. */
export interface ApiResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Buffer;
}
