import type { RequestRecords } from '../../domain/ports/request-log.ts';
import type { SliceReducer } from './slice.ts';

/** The requests that the overlay of requests shows. */
export interface RequestsState {
  /** Null while the overlay is closed. */
  readonly requestRecords: RequestRecords | null;
}

export const INITIAL_REQUESTS: RequestsState = { requestRecords: null };

export type RequestsEvent = {
  readonly type: 'requests-recorded';
  readonly records: RequestRecords | null;
};

export const requestsReducer = {
  'requests-recorded': (_, { records }) => ({ requestRecords: records }),
} satisfies SliceReducer<RequestsState, RequestsEvent>;
