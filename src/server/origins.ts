import type { IncomingMessage } from 'node:http';
import { ownOrigin } from './own-origin.js';
import type { Settings } from './settings.js';

// Which pages may use signaling. Browsers tell the page's origin truthfully and let any page open a WebSocket to anybody (CORS does not cover those), so the
// server has to look. Who sends no origin is no page of another site: a program, or a same-origin request.

export type OriginPolicy = (request: IncomingMessage) => boolean;

const LOCALHOST = /^https?:\/\/(?:(?:[a-z\d-]+\.)*localhost|127\.0\.0\.1|\[::1\])(?::\d+)?$/;

export function createOriginPolicy({ allowedOrigins, publicUrl, trustProxy }: Pick<Settings, 'allowedOrigins' | 'publicUrl' | 'trustProxy'>): OriginPolicy {
  if (allowedOrigins?.includes('*')) return () => true;
  const listed = allowedOrigins && new Set(allowedOrigins);
  return (request) => {
    const { origin } = request.headers;
    if (origin === undefined) return true;
    if (listed) return listed.has(origin);
    return origin === publicUrl?.origin || LOCALHOST.test(origin) || origin === ownOrigin(request, trustProxy);
  };
}
