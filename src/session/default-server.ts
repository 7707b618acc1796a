let folder: string | null = null;

/** Where sessions without a `server` go: the CDN build sets the folder its script came from; otherwise the page's origin. */
export function setDefaultServer(url: string): void {
  folder = url;
}

export function defaultServer(): string {
  return folder ?? (typeof location === 'undefined' ? '' : location.origin);
}
