export type ErrorStatus =
  | 400
  | 401
  | 403
  | 404
  | 405
  | 409
  | 410
  | 412
  | 413
  | 415
  | 429
  | 500
  | 502
  | 503
  | 507;

export interface FieldError {
  readonly field: string;
  readonly detail: string;
}

/** An HTTP error of the local server. Route handlers throw it. */
export class ErrorResponse extends Error {
  override readonly name = 'ErrorResponse';
  readonly status: ErrorStatus;
  readonly detail: string | undefined;
  readonly validations: readonly FieldError[] | undefined;

  constructor(status: ErrorStatus, message: string, detail?: string, validations?: readonly FieldError[]) {
    super(message);
    this.status = status;
    this.detail = detail;
    this.validations = validations;
  }

  /** The response's body; JSON omits undefined fields. */
  get body(): Readonly<Record<string, unknown>> {
    return { message: this.message, detail: this.detail, validations: this.validations };
  }
}

// Texts of sections 4 and 6 of the contract. Clients recognise some of them.
export const routeNotFound = (): ErrorResponse => new ErrorResponse(404, 'Route not found.');
export const resourceNotFound = (): ErrorResponse =>
  new ErrorResponse(404, 'Resource not found or you do not have access to this resource');
export const buildAlreadyActive = (): ErrorResponse =>
  new ErrorResponse(409, 'A workspace build is already active.');
export const inputRequired = (): ErrorResponse => new ErrorResponse(400, 'Task input is required.');
export const invalidJson = (detail: string): ErrorResponse =>
  new ErrorResponse(400, 'Request body must be valid JSON.', detail);
