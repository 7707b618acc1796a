import { css } from 'lit';

export const roomStyles = css`
  :host { display: block; min-width: min(320px, 100%); }
  /* The page's own arrangement is laid out by the page: children stand in the room as if there were nothing between. */
  .layout { display: contents; outline: none; }
  .own { display: flex; flex-direction: column; gap: var(--_gap); height: 100%; container: rtc-room / inline-size; }
  form, .error, .status:not(:empty) { padding: 12px 16px; border: 1px solid var(--_border); border-radius: var(--_radius); background: var(--_surface); }
  .status { text-align: center; }
  .status:empty { position: absolute; }
  .error { display: flex; flex-wrap: wrap; align-items: center; gap: 8px; border-inline-start: 4px solid var(--_warning); }
  .fatal { border-color: var(--_danger); }
  .error div { flex: 1 1 160px; overflow-wrap: anywhere; }
  p { margin: 0; }
  p + p { color: var(--_muted); }
  .entrance { flex: 1; display: grid; place-content: safe center; grid-template-columns: min(100%, 360px); padding: 16px; }
  .asking ::slotted(:is(rtc-member-list, rtc-video-call)) { display: none; }
  form, .preview { display: grid; gap: 8px; }
  label { font-weight: 600; }
  input {
    width: 100%; min-height: var(--_size); padding: 0 12px; font: inherit; font-size: max(16px, 1em); color: inherit; background: var(--_bg);
    border: 1px solid color-mix(in srgb, var(--_muted) 75%, transparent); border-radius: 9px;
  }
  [aria-invalid='true'] { border-color: var(--_danger); }
  .problem { font-size: .875em; color: light-dark(var(--_danger), color-mix(in srgb, var(--_danger) 45%, #fff)); }
  #problem { min-height: 1.4em; }
  .views { flex: 1; display: flex; flex-direction: column; gap: var(--_gap); min-height: 0; }
  rtc-member-list { max-height: 60dvh; }
  rtc-video-call { flex: 1 0 auto; min-height: 200px; }
  .calling rtc-video-call { order: -1; min-height: min(420px, 75dvh); }
  .calling rtc-member-list { max-height: 40dvh; }
  @container rtc-room (width >= 640px) {
    .views { display: grid; grid: minmax(min(50cqi, 480px), 1fr) / clamp(240px, 28cqi, 320px) minmax(0, 1fr); }
    .views rtc-video-call { order: 0; min-height: 0; }
    /* As high as the call view, however many are in it. */
    .views rtc-member-list { height: 0; min-height: 100%; max-height: none; }
  }
`;
