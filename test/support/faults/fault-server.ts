import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Clock } from '../../../src/domain/ports/clock.ts';
import { type CoderServer, type RecordedRequest, routeNotFound, startCoderServer } from '../coder-server.ts';
import { CoderModel, type CorrectResponse } from './coder-model.ts';
import { FAULTS, type FaultId, type FaultyRequest, respondCorrectly } from './faults.ts';
import { isChatKind, kindOf, type RequestKind } from './request-kind.ts';

interface SeenRequest {
  readonly kind: RequestKind | null;
  readonly target: string;
  /** Unix ms, by the test's clock. */
  readonly at: number;
  readonly token: string | undefined;
}

/** A Coder server that injects faults into chosen kinds of requests. */
export interface FaultServer {
  readonly url: string;
  readonly model: CoderModel;
  /** The target of redirects. */
  readonly otherServer: CoderServer;
  readonly seen: readonly SeenRequest[];
  /** The only valid token. */
  token: string;
  /** Whether the client's `open` requests all wait for time to pass. */
  isQuiet(open: number): boolean;
  /** Injects `fault` into requests of these kinds from now on; null removes the fault. */
  injectFault(fault: FaultId | null, kinds?: readonly RequestKind[]): Promise<void>;
  /** Existing connections get no more responses, as after a lost NAT entry. New ones work. */
  loseConnections(): void;
  close(): Promise<void>;
}

export interface FaultServerOptions {
  /** Measures the delays. */
  readonly clock: Clock;
  readonly token: string;
}

/** A random loopback address (Linux), so that no other process takes the port while the server is down. */
const ownHost = (): string => {
  if (process.platform !== 'linux') return '127.0.0.1';
  const byte = (): number => 1 + Math.floor(Math.random() * 250);
  return `127.${byte()}.${byte()}.${byte()}`;
};

/** Serves real HTTP on loopback, with delays by `clock`. */
export async function startFaultServer(options: FaultServerOptions): Promise<FaultServer> {
  const { clock } = options;
  const model = new CoderModel({ clock });
  const otherServer = await startCoderServer();
  const seen: SeenRequest[] = [];
  /** Responses in progress, and those that wait for time to pass. */
  const active = new Set<ServerResponse>();
  const held = new Set<ServerResponse>();
  let injected: { readonly fault: FaultId; readonly kinds: readonly RequestKind[] } | null = null;
  let isDown = false;
  const used = new Set<IncomingMessage['socket']>();
  let lost: ReadonlySet<IncomingMessage['socket']> = new Set();

  /** Chats, or Tasks; the rest always. */
  const isServed = (kind: RequestKind): boolean => (model.hasChats ? kind !== 'list' : !isChatKind(kind));

  const respond = (
    response: ServerResponse,
    request: RecordedRequest,
    socket: IncomingMessage['socket'],
  ): void => {
    const { method, target, headers } = request;
    const found = kindOf(method, target);
    const kind = found !== null && isServed(found) ? found : null;
    const header = headers['coder-session-token'];
    const token = typeof header === 'string' ? header : undefined;
    seen.push({ kind, target, at: clock.now(), token });
    active.add(response);
    response.setHeader('date', new Date(model.now()).toUTCString());
    response.once('close', () => {
      active.delete(response);
      held.delete(response);
    });
    if (kind === null) return void routeNotFound(response, request, socket);
    let correct: CorrectResponse | null = null;
    const faulty: FaultyRequest = {
      response,
      request,
      socket,
      clock,
      serverNow: () => model.now(),
      act() {
        correct ??= model.answer(kind, request);
        return correct;
      },
      elsewhere: otherServer.origin,
      hold() {
        active.delete(response);
        held.add(response);
      },
      release() {
        held.delete(response);
        active.add(response);
      },
    };
    used.add(socket);
    if (lost.has(socket)) return faulty.hold();
    const fault = injected === null ? null : FAULTS[injected.fault];
    const isAffected = fault?.affectsAllRequests === true || injected?.kinds.includes(kind) === true;
    const needsToken = kind !== 'server info';
    if (needsToken && token !== server.token) return FAULTS['401'].answer?.(faulty);
    if (injected?.fault === '401' && !needsToken) return respondCorrectly(faulty);
    if (!isAffected || fault?.answer === undefined) return respondCorrectly(faulty);
    const taskId = request.target.split('?')[0]?.split('/')[isChatKind(kind) ? 4 : 5];
    if (fault.deletes === true && taskId !== undefined) model.removeTask(taskId);
    fault.answer(faulty);
  };

  const coder = await startCoderServer({ host: ownHost(), fallback: respond });
  const server: FaultServer = {
    url: coder.url,
    model,
    otherServer,
    seen,
    token: options.token,
    isQuiet: (open) => active.size === 0 && held.size === open,
    async injectFault(fault, kinds = []) {
      injected = fault === null ? null : { fault, kinds };
      model.skewMs = (fault === null ? undefined : FAULTS[fault].skewMs) ?? 0;
      const goesDown = fault === 'refused';
      if (goesDown !== isDown) await (goesDown ? coder.down() : coder.up());
      isDown = goesDown;
    },
    loseConnections() {
      lost = new Set(used);
    },
    async close() {
      await Promise.all([isDown ? undefined : coder.close(), otherServer.close()]);
    },
  };
  return server;
}
