/** One mouse input; columns and rows are screen cells from 0. */
export interface MouseInput {
  /** `click` is the left button; a wheel input is one step. */
  readonly kind: 'click' | 'wheel-up' | 'wheel-down';
  readonly column: number;
  readonly row: number;
}

/** The returned function removes the listener. */
export interface Mouse {
  listen(listener: (input: MouseInput) => void): () => void;
}
