export type Status = 400 | 401 | 403 | 404 | 405 | 409 | 410 | 412 | 413 | 500 | 502 | 507;

export interface Validation {
  readonly field: string;
  readonly detail: string;
}

/** What the server answers instead of doing what was asked. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly status: Status;
  readonly detail: string | undefined;
  readonly validations: readonly Validation[] | undefined;

  constructor(status: Status, message: string, detail?: string, validations?: readonly Validation[]) {
    super(message);
    this.status = status;
    this.detail = detail;
    this.validations = validations;
  }

  /** The body; absent parts are left out. */
  get body(): Readonly<Record<string, unknown>> {
    return { message: this.message, detail: this.detail, validations: this.validations };
  }
}

// The words of sections 4 and 6 of the contract. Clients tell cases apart by some of them.
export const noSuchRoute = (): Refusal => new Refusal(404, 'Route not found.');
export const noSuchObject = (): Refusal =>
  new Refusal(404, 'Resource not found or you do not have access to this resource');
export const buildActive = (): Refusal => new Refusal(409, 'A workspace build is already active.');
export const inputRequired = (): Refusal => new Refusal(400, 'Task input is required.');
export const badJson = (detail: string): Refusal =>
  new Refusal(400, 'Request body must be valid JSON.', detail);
