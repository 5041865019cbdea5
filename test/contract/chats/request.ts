/** A response as tests compare it. */
export interface Received {
  readonly status: number;
  /** Parsed JSON, or null for an empty body and a web page. */
  // biome-ignore lint/suspicious/noExplicitAny: answers of all shapes.
  readonly body: any;
  readonly headers: Headers;
}

/** Sends a request with plain fetch. `path`: below the server's URL. */
export async function request(url: string, method: string, path: string, body?: unknown): Promise<Received> {
  const response = await fetch(`${url}${path}`, {
    method,
    headers: { 'coder-session-token': 'token', 'content-type': 'application/json' },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  const isJson = response.headers.get('content-type')?.startsWith('application/json') === true;
  return {
    status: response.status,
    body: isJson ? JSON.parse(text) : null,
    headers: response.headers,
  };
}
