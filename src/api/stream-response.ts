import type { ClientRequest, IncomingMessage } from 'node:http';
import type { Progress, Request, Response } from 'got';
import { type BodyConsumer, collectBody } from './body-consumer.ts';
import type { ApiResponse } from './call.ts';
import { divertBody } from './reusable-socket-buffer.ts';

/**
 * The answer to a request of got's, its bytes handed on as they come: got itself would keep every piece, put them together when
 * all are there, and hand out a copy of that. What is not packed goes past got altogether. What the server refuses does not
 * go into the sink. Rejects as got does.
 */
export function streamResponse(
  firstRequest: Request,
  consumer: BodyConsumer,
  onProgress: (progress: Pick<Progress, 'transferred'>) => void,
): Promise<ApiResponse> {
  return new Promise((resolve, reject) => {
    const attach = (request: Request): void => {
      let head: Omit<ApiResponse, 'body'> | null = null;
      let target: BodyConsumer | null = null;
      let transferred = 0;
      const startConsumer = (status: number): BodyConsumer => {
        const chosen = isSuccess(status) ? consumer : collectBody();
        chosen.start();
        return chosen;
      };
      request.once('request', (sent: ClientRequest) => {
        sent.prependOnceListener('response', (answer: IncomingMessage) => {
          const { statusCode = 0, headers } = answer;
          if (!isSuccess(statusCode) || headers['content-encoding'] !== undefined) return;
          const direct = startConsumer(statusCode);
          target = direct;
          divertBody(answer, (bytes) => {
            transferred += bytes.length;
            direct.write(bytes);
            onProgress({ transferred });
          });
        });
      });
      request.once('response', ({ statusCode: status, headers }: Response) => {
        head = { status, headers };
        target ??= startConsumer(status);
      });
      request.on('downloadProgress', onProgress);
      request.on('data', (chunk: Uint8Array) => target?.write(chunk));
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
        else attach(again());
      });
      request.once('error', reject);
    };
    attach(firstRequest);
  });
}

const isSuccess = (status: number): boolean => status >= 200 && status <= 299;
