/** A handler under Node's HTTP: in a server of its own, or as a listener in another's (express: `app.use('/trm', …)`). */

import { randomUUID } from 'node:crypto';
import {
  createServer,
  type IncomingMessage,
  maxHeaderSize,
  type RequestListener,
  type Server,
} from 'node:http';
import type { Socket } from 'node:net';
import { ReadableStream } from 'node:stream/web';
import type { Handler } from './handler.ts';
import { limits } from './limits.ts';

/**
 * A server that is not listening yet; `closeServer` ends it.
 *
 * @param timeout seconds in which a request must have arrived.
 * @param closing the handler's own, when aborted: connections that are kept alive end with their answer.
 */
export function nodeServer(
  handler: Handler,
  timeout: number = limits.timeout,
  closing?: AbortSignal,
): Server {
  const server = createServer({ requestTimeout: timeout * 1000, connectionsCheckingInterval: 1000 });
  server.on(
    'request',
    nodeListener(handler, () => closing?.aborted === true || !server.listening),
  );
  server.on('clientError', (error: NodeJS.ErrnoException, socket) => refuseSocket(error, socket as Socket));
  return server;
}

/**
 * Calls a handler for every request; its signal is aborted when the client goes away before the answer.
 *
 * @param isClosing whether the server takes no more: connections that are kept alive then end with their answer, for a server
 *   waits for all of them. `nodeServer` sees to it itself.
 */
export function nodeListener(handler: Handler, isClosing = () => false): RequestListener {
  return async (incoming, outgoing) => {
    const gone = new AbortController();
    outgoing.once('close', () => gone.abort());
    const response = await answer(incoming, handler, gone.signal);
    const body = new Uint8Array(await response.arrayBuffer());
    if (outgoing.destroyed) return;
    const { status } = response;
    outgoing.writeHead(status, {
      ...(incoming.method !== 'HEAD' &&
        status !== 204 &&
        status !== 304 && { 'Content-Length': body.length }),
      ...Object.fromEntries(response.headers),
      // A body that is too large is not waited for.
      ...((status === 413 || isClosing()) && { Connection: 'close' }),
    });
    outgoing.end(body);
    incoming.resume(); // what is left of a refused body, so that its sender reads the answer
  };
}

async function answer(incoming: IncomingMessage, handler: Handler, signal: AbortSignal): Promise<Response> {
  let request: Request;
  try {
    request = toRequest(incoming, signal);
  } catch (fault) {
    return refusal(400, 'http', fault); // a host that is none, a method that no Request may have
  }
  return handler(request).catch((fault: unknown) => refusal(500, 'internal', fault));
}

function refusal(status: number, code: string, fault: unknown): Response {
  const message = fault instanceof Error ? fault.message : String(fault);
  return Response.json({ error: { code, message } }, { status, headers: { 'X-Request-Id': randomUUID() } });
}

function toRequest(incoming: IncomingMessage, signal: AbortSignal): Request {
  const { method = 'GET', url = '/', rawHeaders } = incoming;
  const headers = new Headers();
  for (let i = 0; i < rawHeaders.length; i += 2) headers.append(rawHeaders[i]!, rawHeaders[i + 1]!);
  // A stream that is given up must not take the socket with it: the answer goes there.
  const body = ReadableStream.from(incoming.iterator({ destroyOnReturn: false }));
  const origin = `http://${headers.get('Host') || 'unnamed'}`;
  return new Request(url.startsWith('/') ? origin + url : new URL(url, origin), {
    method,
    headers,
    signal,
    ...(method === 'GET' || method === 'HEAD' ? {} : { body, duplex: 'half' }),
  } as RequestInit);
}

/** By the code of Node's error. */
const refusals: Readonly<Record<string, readonly [status: string, code: string, message: string]>> = {
  ERR_HTTP_REQUEST_TIMEOUT: ['408 Request Timeout', 'timeout', 'the request did not arrive in time'],
  HPE_HEADER_OVERFLOW: [
    '431 Request Header Fields Too Large',
    'headers',
    `expected at most ${maxHeaderSize} bytes of headers`,
  ],
};

/** Milliseconds in which a client that was refused may take the answer and close; then its connection is closed. */
const LINGER = 1000;

/** What is no HTTP, or did not arrive in time, has no response object: it is answered on the socket. */
function refuseSocket(error: NodeJS.ErrnoException, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) return void socket.destroy();
  const [status, code, message] = refusals[error.code ?? ''] ?? ['400 Bad Request', 'http', error.message];
  const body = `${JSON.stringify({ error: { code, message } })}\n`;
  socket.end(
    `HTTP/1.1 ${status}\r\nContent-Type: application/json\r\nX-Request-Id: ${randomUUID()}\r\nContent-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`,
  );
  const closing = setTimeout(() => socket.destroy(), LINGER);
  socket.once('close', () => clearTimeout(closing));
}
