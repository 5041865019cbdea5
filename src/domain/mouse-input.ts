/** What the user did with the mouse; columns and rows are cells of the screen from 0. */
export interface MouseInput {
  /** The left button was pressed, or the wheel turned by one step. */
  readonly kind: 'click' | 'wheel-up' | 'wheel-down';
  readonly column: number;
  readonly row: number;
}

/** Where such events come from; the function that is returned ends the listening. */
export interface Mouse {
  listen(listener: (input: MouseInput) => void): () => void;
}
