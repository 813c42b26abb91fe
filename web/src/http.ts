import type { Problem, ProblemPlace } from './api.gen';
import { LineSplitter } from './lib/linesplitter';

/** What the generated client says of a call besides method and path. */
export interface RequestOptions {
  query?: object;
  body?: unknown;
  /** One key starts one run, however often the request is sent. */
  idempotencyKey?: string | undefined;
}

/** An answer that is a problem document, or no answer at all (`status` 0). */
export class ProblemError extends Error {
  readonly problem: Problem;
  constructor(problem: Problem) {
    super(problem.detail);
    this.problem = problem;
  }
  /** The places in the input at this JSON pointer or below it. */
  places(pointer: string): ProblemPlace[] {
    return placesAt(this.problem.errors, pointer);
  }
}

/** The places whose pointer is `pointer` or below it. */
export function placesAt(places: ProblemPlace[] | undefined, pointer: string): ProblemPlace[] {
  return (places ?? []).filter((place) => place.pointer === pointer || place.pointer?.startsWith(pointer + '/'));
}

const listeners = new Set<() => void>();
/** Calls back whenever the server says that nobody is signed in. */
export function onSignedOut(listener: () => void): () => void {
  listeners.add(listener);
  return () => void listeners.delete(listener);
}

/** The query part of an address: absent values are left out, lists are separated by commas. */
export function queryString(query: object | undefined): string {
  const parts: string[] = [];
  for (const [name, value] of Object.entries(query ?? {})) {
    const list: unknown[] = Array.isArray(value) ? value : [value ?? ''];
    const text = list.map((item) => encodeURIComponent(String(item))).join(',');
    if (text !== '') parts.push(`${name}=${text}`);
  }
  return parts.length === 0 ? '' : '?' + parts.join('&');
}

let present: AbortSignal | undefined;
/** Gives a signal to the request that `call` sends before it first waits. */
export function during<R>(signal: AbortSignal | undefined, call: () => Promise<R>): Promise<R> {
  present = signal;
  try {
    return call();
  } finally {
    present = undefined;
  }
}

/** Any thrown thing as a problem that can be shown. */
export function asProblem(error: unknown): Problem {
  if (error instanceof ProblemError) return error.problem;
  const detail = error instanceof Error ? error.message : String(error);
  return { type: '/problems/client', title: 'The app failed', status: 0, detail };
}

async function problemOf(response: Response): Promise<ProblemError> {
  const kind = response.headers.get('content-type') ?? '';
  if (kind.includes('json')) {
    const body: unknown = await response.json().catch(() => null);
    if (body !== null && typeof body === 'object' && 'detail' in body) return new ProblemError(body as Problem);
  }
  const title = response.status === 404 ? 'Not found' : 'The server failed';
  return new ProblemError({
    type: '/problems/http',
    title,
    status: response.status,
    detail: `The server answered ${response.status} ${response.statusText} without saying why.`,
  });
}

async function send(method: string, path: string, options: RequestOptions): Promise<Response> {
  const signal = present ?? null;
  const headers: Record<string, string> = { Accept: 'application/json' };
  if (options.body !== undefined) headers['Content-Type'] = 'application/json';
  if (options.idempotencyKey) headers['Idempotency-Key'] = options.idempotencyKey;
  try {
    return await fetch(path + queryString(options.query), {
      method,
      headers,
      credentials: 'same-origin',
      signal,
      body: options.body === undefined ? null : JSON.stringify(options.body),
    });
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') throw error;
    throw new ProblemError({
      type: '/problems/unreachable',
      title: 'No connection',
      status: 0,
      detail: 'The server cannot be reached. Check the network, or whether the server is running, and try again.',
    });
  }
}

async function refused(response: Response, path: string): Promise<ProblemError> {
  const error = await problemOf(response);
  if (response.status === 401 && !path.startsWith('/api/auth/log')) listeners.forEach((listener) => listener());
  return error;
}

/** Sends one request and reads the JSON of the answer. Throws `ProblemError` for every answer that is not a success. */
export async function request<T>(method: string, path: string, options: RequestOptions = {}): Promise<T> {
  const response = await send(method, path, options);
  if (!response.ok) throw await refused(response, path);
  const text = await response.text();
  const kind = response.headers.get('content-type') ?? '';
  return (text === '' ? undefined : kind.includes('json') ? JSON.parse(text) : text) as T;
}

/** Sends one request and tells each JSON Line of the answer as soon as it is there. Throws as `request` does, and when the answer breaks off. */
export async function requestLines<T>(method: string, path: string, options: RequestOptions, tell: (line: T) => void): Promise<void> {
  const response = await send(method, path, options);
  if (!response.ok) throw await refused(response, path);
  const reader = response.body?.getReader();
  const decoder = new TextDecoder();
  const lines = new LineSplitter((text) => tell(JSON.parse(text) as T));
  try {
    for (let piece = await reader?.read(); piece && !piece.done; piece = await reader?.read()) {
      lines.take(decoder.decode(piece.value, { stream: true }));
    }
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') throw error;
    throw new ProblemError({
      type: '/problems/unreachable',
      title: 'The answer broke off',
      status: 0,
      detail: 'The connection to the server ended before the answer was complete. Try again.',
    });
  }
  lines.end();
}
