// A camera without a device: a canvas that never stands still. Its microphone says nothing (an AudioContext may not run before a click, nor in Firefox without
// a sound card); where sound must arrive, tests ask for the browser's fake microphone.

export interface CanvasMedia {
  readonly audio: MediaStreamTrack;
  readonly video: MediaStreamTrack;
  stop(): void;
}

export function openCanvasMedia(): CanvasMedia {
  const canvas = document.createElement('canvas');
  canvas.width = 160;
  canvas.height = 120;
  const brush = canvas.getContext('2d')!;
  let hue = 0;
  const timer = setInterval(() => {
    brush.fillStyle = `hsl(${(hue += 23) % 360} 80% 50%)`;
    brush.fillRect(0, 0, 160, 120);
  }, 33);
  const video = canvas.captureStream(30).getVideoTracks()[0]!;
  const context = new AudioContext();
  const tone = context.createOscillator();
  const out = context.createMediaStreamDestination();
  tone.connect(out);
  tone.start();
  const audio = out.stream.getAudioTracks()[0]!;
  return {
    audio,
    video,
    stop() {
      clearInterval(timer);
      audio.stop();
      video.stop();
      void context.close();
    },
  };
}

/** The browser's fake microphone, which beeps. */
export async function openMicrophone(): Promise<MediaStreamTrack> {
  return (await navigator.mediaDevices.getUserMedia({ audio: true })).getAudioTracks()[0]!;
}
