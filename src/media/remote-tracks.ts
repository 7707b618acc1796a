/** What arrives, in a stream of our own: one object for the connection's life, whatever streams the other side names. */
export class RemoteTracks {
  readonly stream = new MediaStream();
  readonly #onChange: () => void;

  constructor(onChange: () => void) {
    this.#onChange = onChange;
  }

  add(track: MediaStreamTrack): void {
    this.stream.addTrack(track);
    track.onended = () => {
      this.stream.removeTrack(track);
      this.#onChange();
    };
    this.#onChange();
  }

  /** Without a word. */
  clear(): void {
    for (const track of this.stream.getTracks()) {
      track.onended = null;
      this.stream.removeTrack(track);
    }
  }
}
