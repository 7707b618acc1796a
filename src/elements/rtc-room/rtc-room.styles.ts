import { css } from 'lit';

export const roomStyles = css`
  :host { display: block; min-width: min(320px, 100%); }
  /* The page's own arrangement is laid out by the page: children stand in the room as if there were nothing between. */
  .layout { display: contents; outline: none; }
  .own { display: flex; flex-direction: column; gap: var(--_gap); height: 100%; container: rtc-room / inline-size; }

  .status:empty { position: absolute; }
  .status:not(:empty) { padding: 10px 16px; border-radius: var(--_radius); text-align: center; color: var(--_muted); background: var(--_surface); }
  .status.joining { padding-block: 48px; }
  .error {
    display: flex; flex-wrap: wrap; align-items: center; gap: 8px 12px; padding: 8px 8px 8px 16px; border: 1px solid var(--_border);
    border-inline-start: 4px solid var(--_warning); border-radius: var(--_radius); background: var(--_surface);
  }
  .error.fatal { border-inline-start-color: var(--_danger); }
  .error div { flex: 1 1 160px; padding-block: 4px; overflow-wrap: anywhere; }
  .error p { margin: 0; }
  .error p + p { color: var(--_muted); }
  .error .icon-only { border: 0; background: none; }

  .entrance { display: grid; justify-items: center; padding: 16px; }
  .asking ::slotted(:is(rtc-member-list, rtc-video-call):not([slot])) { display: none; }
  form {
    display: flex; flex-direction: column; width: min(100%, 360px); padding: 20px; border: 1px solid var(--_border); border-radius: var(--_radius);
    background: var(--_surface);
  }
  label { margin-bottom: 6px; font-weight: 600; }
  input {
    width: 100%; min-height: var(--_size); padding: 0 12px; font: inherit; font-size: max(16px, 1em); color: inherit; background: var(--_bg);
    border: 1px solid color-mix(in srgb, var(--_muted) 75%, transparent); border-radius: calc(var(--_radius) * .75);
  }
  input[aria-invalid='true'] { border-color: var(--_danger); }
  .problem { min-height: 1.4em; margin: 4px 0 8px; font-size: .875em; color: light-dark(var(--_danger), color-mix(in srgb, var(--_danger) 45%, #fff)); }
  .preview { display: flex; flex-direction: column; gap: 8px; margin-bottom: 16px; }
  .preview .problem { min-height: 0; margin: 0; }
  .picture { width: 100%; aspect-ratio: 4 / 3; object-fit: cover; border-radius: calc(var(--_radius) * .75); background: var(--rtc-video-bg, #14161b); }
  .mirrored { transform: scaleX(-1); }
  meter { width: 100%; height: 10px; }

  .views { flex: 1; display: flex; flex-direction: column; gap: var(--_gap); min-height: 0; }
  rtc-member-list { max-height: 60dvh; }
  rtc-video-call { flex: 1 0 auto; min-height: 200px; aspect-ratio: auto; }
  .calling rtc-video-call { order: -1; min-height: min(420px, 75dvh); }
  .calling rtc-member-list { max-height: 40dvh; }
  @container rtc-room (width >= 640px) {
    .views { display: grid; grid: minmax(min(50cqi, 480px), 1fr) / clamp(240px, 28cqi, 320px) minmax(0, 1fr); }
    .views > * { order: 0 !important; min-height: 0 !important; max-height: none !important; }
    /* As high as the call view, however many are in it. */
    .views rtc-member-list { height: 0; min-height: 100% !important; }
  }
`;
