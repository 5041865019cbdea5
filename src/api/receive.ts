import type { ClientRequest, IncomingMessage } from 'node:http';
import type { Progress, Request, Response } from 'got';
import type { Answer } from './call.ts';
import { takeInPlace } from './read-in-place.ts';
import { plainSink, type Sink } from './sink.ts';

/**
 * The answer to a request of got's, its bytes handed on as they come: got itself would keep every piece, put them together when
 * all are there, and hand out a copy of that. What is not packed goes past got altogether. What the server refuses does not
 * go into the sink. Rejects as got does.
 */
export function streamed(
  first: Request,
  sink: Sink,
  downloaded: (progress: Pick<Progress, 'transferred'>) => void,
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const follow = (request: Request): void => {
      let head: Omit<Answer, 'body'> | null = null;
      let target: Sink | null = null;
      let transferred = 0;
      const begin = (status: number): Sink => {
        const chosen = isGood(status) ? sink : plainSink();
        chosen.begin();
        return chosen;
      };
      request.once('request', (sent: ClientRequest) => {
        sent.prependOnceListener('response', (answer: IncomingMessage) => {
          const { statusCode = 0, headers } = answer;
          if (!isGood(statusCode) || headers['content-encoding'] !== undefined) return;
          const direct = begin(statusCode);
          target = direct;
          takeInPlace(answer, (bytes) => {
            transferred += bytes.length;
            direct.take(bytes);
            downloaded({ transferred });
          });
        });
      });
      request.once('response', ({ statusCode: status, headers }: Response) => {
        head = { status, headers };
        target ??= begin(status);
      });
      request.on('downloadProgress', downloaded);
      request.on('data', (chunk: Uint8Array) => target?.take(chunk));
      request.once('end', () => {
        try {
          if (head !== null && target !== null) resolve({ ...head, body: target.end() });
        } catch (error) {
          reject(error);
        }
      });
      // Once got has decided to ask again, this one ends without a word. It does not know of bytes that went past it.
      request.once('retry', (_count, error, again) => {
        if (transferred > 0) reject(error);
        else follow(again());
      });
      request.once('error', reject);
    };
    follow(first);
  });
}

const isGood = (status: number): boolean => status >= 200 && status <= 299;
