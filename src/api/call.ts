import type { Sink } from './sink.ts';

/** One request to a deployment. */
export interface Call {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  /** Below the deployment's own path, beginning with a slash, escaped. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly json?: unknown;
  /** The answer is not timed, because an agent's whole turn may come before it. */
  readonly patient?: boolean;
  /** Without the token, for what the server tells everybody. */
  readonly anonymous?: boolean;
  /** Not over a connection that another request has used or will use. */
  readonly alone?: boolean;
  /** Called whenever bytes of the answer arrive. */
  readonly heard?: (() => void) | undefined;
  /** Of a GET: where the bytes of an answer with a status of 200 to 299 go as they come. */
  readonly sink?: Sink;
}

/** What came back. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Buffer;
}
