/** What arrives, in a stream of our own: one object for the connection's life, whatever streams the other side names. */
export class RemoteTracks {
  readonly stream = new MediaStream();
  readonly #tracks = new Set<MediaStreamTrack>();
  readonly #onChange: () => void;
  #videoShown = true;

  constructor(onChange: () => void) {
    this.#onChange = onChange;
  }

  add(track: MediaStreamTrack): void {
    this.#tracks.add(track);
    if (track.kind === 'audio' || this.#videoShown) this.stream.addTrack(track);
    track.onended = () => {
      this.#tracks.delete(track);
      this.stream.removeTrack(track);
      this.#onChange();
    };
    this.#onChange();
  }

  showVideo(on: boolean): void {
    if (on === this.#videoShown) return;
    this.#videoShown = on;
    for (const track of this.#tracks) if (track.kind === 'video') this.stream[on ? 'addTrack' : 'removeTrack'](track);
    this.#onChange();
  }

  /** Without a word. */
  clear(): void {
    for (const track of this.#tracks) {
      track.onended = null;
      this.stream.removeTrack(track);
    }
    this.#tracks.clear();
    this.#videoShown = true;
  }
}
