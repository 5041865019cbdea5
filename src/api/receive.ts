import type { Progress, Request, Response } from 'got';
import type { Answer } from './connection.ts';
import { plainSink, type Sink } from './sink.ts';

/**
 * The answer to a request of got's, its bytes handed on as they come: got itself would keep every piece, put them together when
 * all are there, and hand out a copy of that. What the server refuses does not go into the sink. Rejects as got does.
 */
export function streamed(
  first: Request,
  sink: Sink,
  downloaded: (progress: Progress) => void,
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const follow = (request: Request): void => {
      let head: Omit<Answer, 'body'> | null = null;
      let target = sink;
      request.once('response', ({ statusCode: status, headers }: Response) => {
        head = { status, headers };
        target = status >= 200 && status <= 299 ? sink : plainSink();
        target.begin();
      });
      request.on('downloadProgress', downloaded);
      request.on('data', (chunk: Uint8Array) => target.take(chunk));
      request.once('end', () => {
        try {
          if (head !== null) resolve({ ...head, body: target.end() });
        } catch (error) {
          reject(error);
        }
      });
      // Once got has decided to ask again, this one ends without a word.
      request.once('retry', (_count, _error, again) => follow(again()));
      request.once('error', reject);
    };
    follow(first);
  });
}
