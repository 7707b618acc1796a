// What runs inside every page under test, before its own scripts: reads the elements as a page author or a person could, by part names and public properties.

export interface LoggedEvent {
  readonly type: string;
  readonly detail: Readonly<Record<string, unknown>>;
  readonly atMs: number;
}

export interface AudioFigures {
  readonly packetsReceived: number;
  readonly totalSamplesReceived: number;
  readonly totalAudioEnergy: number;
}

/** The part of `<rtc-room>` and `<rtc-video-call>` that the tests speak to. */
export interface RoomFace extends HTMLElement {
  readonly state: string;
  readonly localMember: { readonly id: string; readonly nickname: string } | null;
  readonly members: readonly { readonly id: string; readonly nickname: string; readonly busy: boolean; readonly online: boolean }[];
  readonly currentCall: { readonly callId: string; readonly state: string } | null;
  join(options?: { nickname?: string }): Promise<unknown>;
  leave(): Promise<void>;
  call(target: string, options?: { audio?: boolean; video?: boolean }): Promise<unknown>;
}
export interface ViewFace extends HTMLElement {
  readonly state: string;
  readonly endReason: string | null;
  readonly peerConnection: RTCPeerConnection | null;
  accept(options?: { audio?: boolean; video?: boolean }): Promise<void>;
  reject(): void;
  hangup(): void;
  toggleCamera(force?: boolean): Promise<boolean>;
  toggleMicrophone(force?: boolean): Promise<boolean>;
}

export interface PageProbe {
  readonly events: LoggedEvent[];
  /** Every track that getUserMedia handed out in this page. */
  readonly tracks: MediaStreamTrack[];
  /** `securitypolicyviolation` events. */
  readonly violations: string[];
  /** Times (page clock, ms) by name, for measurements inside the page. */
  readonly marks: Record<string, number>;
  find(selector: string): Element | null;
  part(name: string): HTMLElement | null;
  isShown(name: string): boolean;
  room(): RoomFace;
  view(): ViewFace;
  callState(): string;
  callButtonOf(nickname: string): HTMLElement | null;
  video(part: 'remote-video' | 'local-video'): HTMLVideoElement | null;
  /** Frames shown since it was first asked. */
  frames(part: 'remote-video' | 'local-video'): number;
  audio(): Promise<AudioFigures>;
  liveTracks(): number;
  /** All text inside the elements, shown or not. */
  text(): string;
}

declare global {
  // Set by the function below.
  var rig: PageProbe;
}

/** Serialised into the page: nothing outside its body may be named. */
export function installProbe(): void {
  const events: LoggedEvent[] = [];
  const tracks: MediaStreamTrack[] = [];
  const violations: string[] = [];
  const counts = new WeakMap<HTMLVideoElement, number>();

  const findIn = (root: Document | ShadowRoot, selector: string): Element | null => {
    const here = root.querySelector(selector);
    if (here) return here;
    for (const host of root.querySelectorAll('*')) {
      const inside = host.shadowRoot && findIn(host.shadowRoot, selector);
      if (inside) return inside;
    }
    return null;
  };
  const textIn = (root: Document | ShadowRoot): string => {
    const shadows = [...root.querySelectorAll('*')].map((host) => (host.shadowRoot ? textIn(host.shadowRoot) : ''));
    return [root instanceof Document ? '' : root.textContent ?? '', ...shadows].join(' ').replace(/\s+/g, ' ');
  };
  const find = (selector: string) => findIn(document, selector);
  const part = (name: string) => find(`[part~="${name}"]`) as HTMLElement | null;
  const need = <T extends Element>(selector: string): T => {
    const found = find(selector) as T | null;
    if (!found) throw new Error(`no ${selector} in the page`);
    return found;
  };
  const video = (name: string) => {
    const holder = part(name);
    return (holder instanceof HTMLVideoElement ? holder : holder?.querySelector('video')) ?? null;
  };
  const plain = (detail: unknown): Record<string, unknown> => {
    const entries = Object.entries((detail ?? {}) as Record<string, unknown>).filter(([, value]) => typeof value !== 'function' && typeof value !== 'object');
    return Object.fromEntries(entries);
  };

  const names = ['room-state', 'members', 'call-request', 'call-incoming', 'call-state', 'call-missed', 'media', 'devices', 'error', 'playback-blocked'];
  for (const name of names) {
    document.addEventListener(`rtc-${name}`, (event) => {
      events.push({ type: event.type, detail: plain((event as CustomEvent).detail), atMs: performance.now() });
    });
  }
  document.addEventListener('securitypolicyviolation', (event) => violations.push(`${event.effectiveDirective} ${event.blockedURI} ${event.sample}`));

  const devices = navigator.mediaDevices as MediaDevices | undefined;
  if (devices) {
    const getUserMedia = devices.getUserMedia.bind(devices);
    devices.getUserMedia = async (constraints) => {
      const stream = await getUserMedia(constraints);
      tracks.push(...stream.getTracks());
      return stream;
    };
  }

  globalThis.rig = {
    events,
    tracks,
    violations,
    marks: {},
    find,
    part,
    isShown: (name) => part(name)?.checkVisibility({ visibilityProperty: true }) ?? false,
    room: () => need<RoomFace>('rtc-room'),
    view: () => need<ViewFace>('rtc-video-call'),
    callState: () => (find('rtc-video-call') as ViewFace | null)?.state ?? 'absent',
    callButtonOf: (nickname) => {
      const list = find('rtc-member-list');
      const rows = [...(list?.shadowRoot?.querySelectorAll('[part~="item"]') ?? [])];
      const row = rows.find((candidate) => candidate.textContent?.includes(nickname));
      return row?.querySelector<HTMLElement>('[part~="call-button"]') ?? null;
    },
    video,
    frames: (name) => {
      const element = video(name);
      if (!element) return 0;
      // Not getVideoPlaybackQuality(): Firefox counts no frames of a call.
      if (!counts.has(element)) {
        counts.set(element, 0);
        const count = () => {
          counts.set(element, (counts.get(element) ?? 0) + 1);
          element.requestVideoFrameCallback(count);
        };
        element.requestVideoFrameCallback(count);
      }
      return counts.get(element) ?? 0;
    },
    audio: async () => {
      const report = await (find('rtc-video-call') as ViewFace | null)?.peerConnection?.getStats();
      const figures = { packetsReceived: 0, totalSamplesReceived: 0, totalAudioEnergy: 0 };
      report?.forEach((entry: Record<string, unknown>) => {
        if (entry['type'] !== 'inbound-rtp' || entry['kind'] !== 'audio') return;
        for (const key of Object.keys(figures) as (keyof typeof figures)[]) figures[key] = Number(entry[key] ?? 0);
      });
      return figures;
    },
    text: () => textIn(document),
    liveTracks: () => tracks.filter((track) => track.readyState === 'live').length,
  };
}
