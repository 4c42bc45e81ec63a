/** Which pages may read the answers: those of the origins that are named (https://fetch.spec.whatwg.org/#http-cors-protocol). */

/** Headers for a request's origin. Those of a preflight name all methods and headers that any route takes. */
export function corsHeaders(
  { method, headers }: Request,
  origins: readonly string[],
): Readonly<Record<string, string>> {
  if (origins.length === 0) return {};
  const vary = { Vary: 'Origin' };
  const origin = headers.get('Origin');
  if (origin === null || !(origins.includes(origin) || origins.includes('*'))) return vary;
  const allowed = {
    ...vary,
    'Access-Control-Allow-Origin': origin,
    'Access-Control-Expose-Headers': 'X-Request-Id, Retry-After',
  };
  if (method !== 'OPTIONS' || !headers.has('Access-Control-Request-Method')) return allowed;
  return {
    ...allowed,
    'Access-Control-Allow-Methods': 'GET, HEAD, POST',
    'Access-Control-Allow-Headers': 'Content-Type, X-Request-Id',
    'Access-Control-Max-Age': '600',
  };
}
