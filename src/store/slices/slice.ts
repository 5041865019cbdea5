/** New values for some fields of a slice, and for some of its fields in `view`. Empty: nothing changes. */
export type Change<Slice> = Partial<Omit<Slice, 'view'>> & {
  readonly view?: Slice extends { readonly view: infer View } ? Partial<View> : never;
};

/**
 * The reducer of a slice: for each of its events, a pure function that returns what the event changes of the slice's own
 * fields. `Reads`: what it reads of other slices.
 */
export type SliceReducer<Slice, Event extends { readonly type: string }, Reads = unknown> = {
  readonly [Type in Event['type']]: (
    state: Slice & Reads,
    event: Extract<Event, { readonly type: Type }>,
  ) => Change<Slice>;
};
