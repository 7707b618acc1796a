import { expect } from '@open-wc/testing';
import type { CaptureOptions, LocalMediaPort } from '../../../src/media/local-media-port.js';
import { createLocalMedia } from '../../../src/media/local-media.js';
import { openCanvasMedia, type CanvasMedia } from './canvas-media.js';
import { until } from './two-peers.js';

type Ask = (constraints: MediaStreamConstraints, count: number) => Promise<MediaStream>;

const BOTH: CaptureOptions = { audio: true, video: true, constraints: {}, facingMode: null };
const REASONS = {
  NotFoundError: 'device-not-found', NotReadableError: 'device-in-use', AbortError: 'device-in-use', OverconstrainedError: 'constraints',
  NotAllowedError: 'permission-denied', SecurityError: 'policy-blocked', InvalidStateError: 'unavailable',
};

describe('cameras and microphones', () => {
  let media: LocalMediaPort;
  let asked: MediaStreamConstraints[];
  const sources: CanvasMedia[] = [];
  const permissions: Record<string, PermissionState> = {};

  /** A stream as getUserMedia would give it. */
  const give = ({ audio, video }: MediaStreamConstraints): MediaStream => {
    const source = openCanvasMedia();
    sources.push(source);
    return new MediaStream([...(audio ? [source.audio] : []), ...(video ? [source.video] : [])]);
  };
  const stub = (ask: Ask): void => {
    navigator.mediaDevices.getUserMedia = (constraints = {}) => {
      asked.push(constraints);
      return ask(constraints, asked.length);
    };
  };
  const refuse = (name: string, message = ''): Promise<never> => Promise.reject(new DOMException(message, name));
  const allow = (state: PermissionState): void => void (permissions.camera = permissions.microphone = state);
  const codes = (problems: readonly { kind: string; error: { code: string } }[]): string[] => problems.map(({ kind, error }) => `${kind} ${error.code}`);

  beforeEach(() => {
    asked = [];
    media = createLocalMedia();
    allow('denied');
    navigator.permissions.query = ({ name }) => Promise.resolve({ state: permissions[name] } as PermissionStatus);
  });
  afterEach(() => {
    media.close();
    for (const source of sources.splice(0)) source.stop();
    Reflect.deleteProperty(navigator.mediaDevices, 'getUserMedia');
    Reflect.deleteProperty(navigator.permissions, 'query');
  });

  it('opens real (fake) devices, both in one go', async () => {
    const { audio, video, problems } = await media.capture(BOTH);
    expect(problems).to.deep.equal([]);
    expect([audio?.kind, video?.kind]).to.deep.equal(['audio', 'video']);
    expect(media.stream.getTracks()).to.have.members([audio, video]);
    expect((await media.devices()).map(({ kind }) => kind)).to.include.members(['audioinput', 'videoinput']);
    media.release();
    expect([audio?.readyState, video?.readyState]).to.deep.equal(['ended', 'ended']);
    expect(media.stream.getTracks()).to.deep.equal([]);
  });

  it('asks only for what is wanted and not yet live', async () => {
    stub((constraints) => Promise.resolve(give(constraints)));
    const first = await media.capture({ ...BOTH, video: false });
    expect(first.video).to.equal(null);
    const second = await media.capture(BOTH);
    expect(second.audio).to.equal(first.audio);
    expect(asked.map(({ audio, video }) => [!!audio, !!video])).to.deep.equal([[true, false], [false, true]]);
    await media.capture(BOTH);
    expect(asked).to.have.length(2);
  });

  it('asks again for a track that somebody else has stopped', async () => {
    stub((constraints) => Promise.resolve(give(constraints)));
    const { audio } = await media.capture({ ...BOTH, video: false });
    audio?.stop();
    const again = await media.capture({ ...BOTH, video: false });
    expect(again.audio?.readyState).to.equal('live');
    expect(media.stream.getTracks()).to.deep.equal([again.audio]);
  });

  for (const [name, code] of Object.entries(REASONS)) {
    it(`calls a ${name} ${code}, for each kind`, async () => {
      stub(() => refuse(name));
      const { audio, video, problems } = await media.capture(BOTH);
      expect([audio, video]).to.deep.equal([null, null]);
      expect(codes(problems)).to.deep.equal([`audio ${code}`, `video ${code}`]);
    });
  }

  it('calls constraints of the wrong shape constraints', async () => {
    stub(() => Promise.reject(new TypeError('bad')));
    expect(codes((await media.capture(BOTH)).problems)).to.deep.equal(['audio constraints', 'video constraints']);
  });

  it('tells a refusal by the system from one by a person', async () => {
    stub(() => refuse('NotAllowedError', 'Permission denied by system'));
    expect(codes((await media.capture({ ...BOTH, audio: false })).problems)).to.deep.equal(['video permission-denied-system']);
  });

  it('tells a frame that may not from a person who would not', async () => {
    const policy = Object.getOwnPropertyDescriptor(Document.prototype, 'featurePolicy');
    Object.defineProperty(document, 'featurePolicy', { configurable: true, value: { allowsFeature: (feature: string) => feature !== 'camera' } });
    try {
      stub((constraints) => (constraints.video ? refuse('NotAllowedError') : Promise.resolve(give(constraints))));
      const { audio, problems } = await media.capture(BOTH);
      expect(audio?.readyState).to.equal('live');
      expect(codes(problems)).to.deep.equal(['video policy-blocked']);
    } finally {
      Reflect.deleteProperty(document, 'featurePolicy');
      expect(Object.getOwnPropertyDescriptor(Document.prototype, 'featurePolicy')).to.deep.equal(policy);
    }
  });

  it('says insecure-context where the page has no devices at all because it is insecure', async () => {
    Object.defineProperty(navigator, 'mediaDevices', { configurable: true, value: undefined });
    Object.defineProperty(window, 'isSecureContext', { configurable: true, value: false });
    try {
      const bare = createLocalMedia();
      expect(codes((await bare.capture(BOTH)).problems)).to.deep.equal(['audio insecure-context', 'video insecure-context']);
      expect(await bare.devices()).to.deep.equal([]);
      bare.close();
    } finally {
      Reflect.deleteProperty(navigator, 'mediaDevices');
      Reflect.deleteProperty(window, 'isSecureContext');
    }
  });

  it('keeps the microphone when the camera is missing', async () => {
    stub((constraints) => (constraints.video ? refuse('NotFoundError') : Promise.resolve(give(constraints))));
    const { audio, video, problems } = await media.capture(BOTH);
    expect(audio?.readyState).to.equal('live');
    expect(video).to.equal(null);
    expect(codes(problems)).to.deep.equal(['video device-not-found']);
  });

  it('asks somebody who closed the prompt no second time', async () => {
    allow('prompt');
    stub(() => refuse('NotAllowedError', 'Permission dismissed'));
    expect(codes((await media.capture(BOTH)).problems)).to.deep.equal(['audio permission-denied', 'video permission-denied']);
    expect(asked).to.have.length(1);
  });

  it('tries a busy camera once more, and only once', async () => {
    stub((constraints, count) => (count < 2 ? refuse('NotReadableError') : Promise.resolve(give(constraints))));
    expect((await media.capture({ ...BOTH, audio: false })).video?.readyState).to.equal('live');
    media.release();
    asked = [];
    stub(() => refuse('NotReadableError'));
    expect(codes((await media.capture({ ...BOTH, audio: false })).problems)).to.deep.equal(['video device-in-use']);
    expect(asked).to.have.length(2);
  });

  it('takes another device in the place of a live one, which goes on until then', async () => {
    stub((constraints) => Promise.resolve(give(constraints)));
    const first = (await media.capture({ ...BOTH, audio: false })).video;
    let open: (stream: MediaStream) => void = () => {};
    stub(() => new Promise((resolve) => (open = resolve)));
    const capturing = media.capture({ ...BOTH, audio: false, anew: true });
    await until(() => asked.length === 2);
    expect(first?.readyState).to.equal('live');
    open(give({ video: true }));
    const { video } = await capturing;
    expect([first?.readyState, video?.readyState, video === first]).to.deep.equal(['ended', 'live', false]);
    expect(media.stream.getTracks().length).to.equal(1);
  });

  it('keeps the live one where the other cannot be had', async () => {
    stub((constraints, count) => (count < 2 ? Promise.resolve(give(constraints)) : refuse('NotFoundError')));
    const first = (await media.capture({ ...BOTH, audio: false })).video;
    expect(codes((await media.capture({ ...BOTH, audio: false, anew: true })).problems)).to.deep.equal(['video device-not-found']);
    expect([first?.readyState, media.track('video') === first]).to.deep.equal(['live', true]);
  });

  it('lets go of the live one first where only one can be open at a time, as on phones', async () => {
    stub((constraints) => (media.track('video') ? refuse('NotReadableError') : Promise.resolve(give(constraints))));
    const first = (await media.capture({ ...BOTH, audio: false })).video;
    const { video, problems } = await media.capture({ ...BOTH, audio: false, anew: true });
    expect(problems).to.deep.equal([]);
    expect([first?.readyState, video?.readyState]).to.deep.equal(['ended', 'live']);
  });

  it('does not let a camera that never starts cost the microphone', async () => {
    allow('granted');
    let arrive: (stream: MediaStream) => void = () => {};
    stub((constraints) => (constraints.video ? new Promise((resolve) => (arrive = resolve)) : Promise.resolve(give(constraints))));
    const capturing = media.capture(BOTH);
    await until(() => media.track('audio') !== null);
    const { audio, problems } = await capturing;
    expect(audio?.readyState).to.equal('live');
    expect(codes(problems)).to.deep.equal(['video device-in-use']);
    const late = give({ video: true });
    arrive(late);
    await until(() => late.getTracks().every(({ readyState }) => readyState === 'ended'));
    expect(media.track('video')).to.equal(null);
  });

  it('stops tracks that arrive after release(), and calls that no problem', async () => {
    let arrive: () => void = () => {};
    let given: MediaStream | undefined;
    stub((constraints) => new Promise((resolve) => (arrive = () => resolve((given = give(constraints))))));
    const capturing = media.capture(BOTH);
    media.release();
    arrive();
    expect(await capturing).to.deep.equal({ audio: null, video: null, problems: [] });
    expect(given?.getTracks().map(({ readyState }) => readyState)).to.deep.equal(['ended', 'ended']);
    expect(media.stream.getTracks()).to.deep.equal([]);
  });

  it('stops only the kind that was stopped while both were being opened', async () => {
    let arrive: () => void = () => {};
    stub((constraints) => new Promise((resolve) => (arrive = () => resolve(give(constraints)))));
    const capturing = media.capture(BOTH);
    media.stop('video');
    arrive();
    const { audio, video } = await capturing;
    expect([audio?.readyState, video]).to.deep.equal(['live', null]);
  });

  it('calls no failure after release() a problem', async () => {
    stub(() => {
      media.release();
      return refuse('NotReadableError');
    });
    expect((await media.capture(BOTH)).problems).to.deep.equal([]);
    expect(asked).to.have.length(1);
  });

  it('tells when a track ends by itself, and not when it was stopped', async () => {
    stub((constraints) => Promise.resolve(give(constraints)));
    const ended: string[] = [];
    media.onEnded = (kind) => ended.push(kind);
    const { audio, video } = await media.capture(BOTH);
    video?.dispatchEvent(new Event('ended'));
    expect(ended).to.deep.equal(['video']);
    expect(media.stream.getTracks()).to.deep.equal([audio]);
    media.stop('audio');
    audio?.dispatchEvent(new Event('ended'));
    expect(ended).to.deep.equal(['video']);
  });

  it('tells when devices come and go, until it is closed', () => {
    let told = 0;
    media.onDevices = () => told++;
    navigator.mediaDevices.dispatchEvent(new Event('devicechange'));
    media.close();
    media.onDevices = () => told++;
    navigator.mediaDevices.dispatchEvent(new Event('devicechange'));
    expect(told).to.equal(1);
  });

  it('knows the permission of each kind, or that it cannot know', async () => {
    permissions.camera = 'granted';
    expect(await media.permission('video')).to.equal('granted');
    expect(await media.permission('audio')).to.equal('denied');
    navigator.permissions.query = () => Promise.reject(new TypeError('unknown name'));
    expect(await media.permission('audio')).to.equal('unknown');
  });
});
