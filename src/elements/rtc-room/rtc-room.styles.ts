import { css } from 'lit';

export const roomStyles = css`
  :host { display: block; min-width: min(320px, 100%); }
  /* The page's own arrangement is laid out by the page: children stand in the room as if there were nothing between. */
  .layout { display: contents; outline: none; }
  .own { position: relative; display: flex; flex-direction: column; justify-content: center; gap: var(--_gap); height: 100%; container: rtc-room / inline-size; }
  form, .error, .status:not(:empty) { padding: 12px 16px; border: 1px solid var(--_border); border-radius: var(--_radius); background: var(--_surface); }
  .status { text-align: center; }
  .error { display: flex; flex-wrap: wrap; align-items: center; gap: 8px; border-inline-start: 4px solid var(--_warning); }
  .error p:first-child { font-weight: 600; }
  .fatal { border-color: var(--_danger); }
  .own > :is(.status, .error) { align-self: center; width: min(100%, 440px); }
  /* Over what is there: nothing moves when the connection comes and goes. */
  .status:empty, .own:has(.views) > :is(.status, .error) { position: absolute; top: 8px; z-index: 1; }
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
  .views { flex: 1; display: flex; flex-direction: column; gap: var(--_gap); min-height: min(360px, 80dvh); }
  /* In a narrow room one of the two is what it is about: people, until there is a call. */
  rtc-member-list { flex: 1 0 0; color-scheme: inherit; }
  rtc-video-call { flex: 0 0 0; color-scheme: inherit; }
  .calling { flex-direction: column-reverse; }
  .calling rtc-video-call { flex: 1 0 75%; }
  .calling rtc-member-list { flex: 0 1 160px; }
  @container rtc-room (width >= 640px) {
    .views { display: grid; min-height: 0; grid: minmax(0, 1fr) / clamp(240px, 33cqi, 320px) minmax(0, 1fr); }
    /* As high as the call view, however many are in it. */
    .views rtc-member-list { height: 0; min-height: 100%; }
  }
`;
