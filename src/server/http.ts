import Koa from 'koa';
import type { PackageFiles } from './package-files.js';
import { ENCODINGS, StaticFiles, type StaticFile } from './static-files.js';
import { createMetricsRoute, type MetricsRouteOptions } from './metrics-route.js';

// The pages: bundle, demo, health, metrics. Signaling never comes through here.

export interface PagesOptions {
  readonly files: PackageFiles;
  readonly demo: boolean;
  /** Path under which a proxy may present us, without a trailing slash; `''` for none. */
  readonly prefix: string;
  readonly isReady: () => boolean;
  /** Null: served elsewhere. */
  readonly metrics: MetricsRouteOptions | null;
  readonly onFailure: (error: unknown) => void;
}

const REVALIDATE = 'no-cache';
const FOREVER = 'public, max-age=31536000, immutable';

/** The page that proves it: everything works under a policy that allows no inline style, no eval and no unchecked markup. */
const STRICT_CSP = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "connect-src 'self' ws: wss:",
  "img-src 'self' data: blob:",
  "media-src 'self' blob:",
  "require-trusted-types-for 'script'",
  "trusted-types lit-html 'allow-duplicates'",
  "base-uri 'none'",
].join('; ');

function send(ctx: Koa.Context, file: StaticFile, cacheControl: string): void {
  ctx.set({ ETag: file.etag, 'Cache-Control': cacheControl, Vary: 'Accept-Encoding' });
  ctx.type = file.mediaType;
  ctx.status = 200;
  if (ctx.fresh) {
    ctx.status = 304;
    return;
  }
  const encoding = ENCODINGS.find((each) => file.encoded.has(each) && ctx.acceptsEncodings(each, 'identity') === each);
  if (encoding) ctx.set('Content-Encoding', encoding);
  ctx.body = (encoding && file.encoded.get(encoding)) ?? file.body;
}

/** `/calls/x` and `/x` are the same to us; `/calls` alone becomes `/calls/`, against which the demo's relative addresses resolve. */
function stripPrefix(prefix: string): Koa.Middleware {
  return async (ctx, next) => {
    if (prefix !== '' && ctx.path === prefix) {
      ctx.status = 308;
      ctx.set('Location', `${prefix}/${ctx.search}`);
      return;
    }
    if (prefix !== '' && ctx.path.startsWith(`${prefix}/`)) ctx.path = ctx.path.slice(prefix.length);
    await next();
  };
}

/** The bundle and its chunks, for every page of the world. */
function serveBundle({ bundleFolder, version }: PackageFiles): Koa.Middleware {
  const files = new StaticFiles(bundleFolder);
  const versioned = `rtc-elements@${version}.js`;
  return async (ctx, next) => {
    const path = ctx.path.slice(1);
    const file = await files.find(path === versioned ? 'rtc-elements.js' : path);
    if (!file) return next();
    ctx.set({ 'Access-Control-Allow-Origin': '*', 'Cross-Origin-Resource-Policy': 'cross-origin', 'Timing-Allow-Origin': '*' });
    send(ctx, file, path === versioned || path.startsWith('chunks/') ? FOREVER : REVALIDATE);
  };
}

function serveDemo({ demoFolder, guideFolder }: PackageFiles): Koa.Middleware {
  const files = new StaticFiles(demoFolder);
  const guide = new StaticFiles(guideFolder);
  return async (ctx, next) => {
    // Relative: it holds below any prefix.
    if (ctx.path === '/guide') return ctx.redirect('guide/');
    const path = ctx.path.slice(1).replace(/(^|\/)$/, '$1index.html');
    const file = await (path.startsWith('guide/') ? guide.find(path.slice('guide/'.length)) : files.find(path));
    if (!file) return next();
    if (path === 'csp.html') ctx.set('Content-Security-Policy', STRICT_CSP);
    send(ctx, file, REVALIDATE);
  };
}

function serveHealth(isReady: () => boolean): Koa.Middleware {
  return (ctx, next) => {
    if (ctx.path !== '/healthz' && ctx.path !== '/readyz') return next();
    const well = ctx.path === '/healthz' || isReady();
    ctx.set('Cache-Control', 'no-store');
    ctx.status = well ? 200 : 503;
    ctx.body = well ? 'ok\n' : 'draining\n';
    return undefined;
  };
}

/** Only reading: nothing here changes anything. */
const readOnly: Koa.Middleware = (ctx, next) => {
  ctx.set('X-Content-Type-Options', 'nosniff');
  if (ctx.method === 'GET' || ctx.method === 'HEAD') return next();
  ctx.set('Allow', 'GET, HEAD');
  ctx.status = 405;
  return undefined;
};

function createApp(onFailure: (error: unknown) => void, ...middleware: readonly Koa.Middleware[]): Koa {
  const app = new Koa();
  app.on('error', onFailure);
  for (const one of middleware) app.use(one);
  return app;
}

export function createPages({ files, demo, prefix, isReady, metrics, onFailure }: PagesOptions): Koa {
  return createApp(
    onFailure,
    readOnly,
    stripPrefix(prefix),
    serveHealth(isReady),
    ...(metrics ? [createMetricsRoute(metrics)] : []),
    serveBundle(files),
    ...(demo ? [serveDemo(files)] : []),
  );
}

/** What stands on METRICS_PORT. */
export function createMetricsPages(metrics: MetricsRouteOptions, onFailure: (error: unknown) => void): Koa {
  return createApp(onFailure, readOnly, createMetricsRoute(metrics));
}
