import type { ClientRequest, IncomingMessage } from 'node:http';
import type { Progress, Request, Response } from 'got';
import { type BodyConsumer, collectBody } from './body-consumer.ts';
import type { ApiResponse } from './call.ts';
import { divertBody } from './reusable-socket-buffer.ts';

/**
 * The response to a got request. Passes its bytes to `consumer` as they arrive, and uncompressed ones around got, which
 * would keep every chunk, join them and copy the result. The body of an error status does not go to `consumer`. Rejects
 * with got's errors.
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
        sent.prependOnceListener('response', (incoming: IncomingMessage) => {
          const { statusCode = 0, headers } = incoming;
          if (!isSuccess(statusCode) || headers['content-encoding'] !== undefined) return;
          const direct = startConsumer(statusCode);
          target = direct;
          divertBody(incoming, (bytes) => {
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
      // got does not know of the bytes that bypassed it: after the first byte a retry would repeat them.
      request.once('retry', (_count, error, createRetry) => {
        if (transferred > 0) reject(error);
        else attach(createRetry());
      });
      request.once('error', reject);
    };
    attach(firstRequest);
  });
}

const isSuccess = (status: number): boolean => status >= 200 && status <= 299;
