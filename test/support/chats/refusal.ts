/** An answer of the server that is an error. The operation changed nothing. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    status: number,
    message: string,
    more: Readonly<Record<string, unknown>> = {},
    headers: Readonly<Record<string, string>> = {},
  ) {
    super(message);
    this.status = status;
    this.body = { message, ...more };
    this.headers = headers;
  }
}

export const notFound = (): Refusal =>
  new Refusal(404, 'Resource not found or you do not have access to this resource');

export const noRoute = (): Refusal => new Refusal(404, 'Route not found.');

export const gatewayOff = (): Refusal =>
  new Refusal(
    503,
    'AI Gateway must be enabled for Coder Agents functionality. Please contact your deployment administrator.',
    {
      detail: 'Set CODER_AI_GATEWAY_ENABLED=true (or ai-gateway-enabled in deployment YAML) to enable.',
    },
  );

export const queueFull = (limit: number): Refusal =>
  new Refusal(429, 'Message queue is full.', { detail: `Maximum ${limit} messages can be queued.` });

export const usageLimit = (): Refusal => new Refusal(409, 'Chat usage limit exceeded.');
