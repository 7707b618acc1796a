/** Its own path beside whatever else the server does; the server's `SIGNALING_PATH` by default. */
const SIGNALING_FOLDER = 'rtc-signaling/';

export type ServerAddress =
  /** Tabs of this browser; rooms of different `name`s do not meet. */
  | { readonly kind: 'local'; readonly name: string }
  | { readonly kind: 'remote'; readonly origin: string; readonly path: string };

/**
 * The `server` attribute as an address: absolute (http, https, ws, wss) or relative to `base`, its path a folder whether or not it ends in a slash;
 * left out or empty: the folder that `base` is in. Credentials, query and fragment are not kept. Null: not an address of a call server (`server-invalid`).
 */
export function parseServer(server: string | undefined, base: string): ServerAddress | null {
  const text = `${server ?? ''}`.trim() || '.';
  const local = /^local:(.*)$/i.exec(text);
  if (local) return { kind: 'local', name: local[1]! };
  let url: URL;
  try {
    url = new URL(text, base);
  } catch {
    return null;
  }
  const scheme = /^(?:http|ws)(s?):$/.exec(url.protocol);
  if (!scheme) return null;
  return { kind: 'remote', origin: `http${scheme[1]}://${url.host}`, path: url.pathname.replace(/\/?$/, '/') + SIGNALING_FOLDER };
}
