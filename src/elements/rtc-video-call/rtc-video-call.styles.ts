import { css } from 'lit';

export const callStyles = css`
  :host {
    display: flex; flex-direction: column; position: relative; container: rtc-call / inline-size; min-width: min(200px, 100%); overflow: hidden;
    border-radius: var(--_radius);
  }
  :host(:fullscreen) { border-radius: 0; }
  .stage {
    flex: 1 1 max(300px, 56.25cqi); min-height: 0; display: grid; grid: minmax(0, 1fr) auto / minmax(0, 1fr) auto; color-scheme: dark;
    color: light-dark(#191c22, #f2f4f8); background: var(--rtc-video-bg, #14161b);
  }
  .stage.idle { color-scheme: inherit; color: var(--_muted); background: var(--_surface); }
  .stage:focus-visible { outline-offset: -3px; }
  .pictures { position: relative; display: grid; min-height: 0; overflow: hidden; }
  .keys { grid-column: 1 / -1; }
  video { display: block; background: none; }
  .remote { position: absolute; inset: 0; width: 100%; height: 100%; object-fit: var(--rtc-video-fit, contain); visibility: hidden; }
  .picture:is(.active, .reconnecting) .remote { visibility: visible; }
  .reconnecting .remote { opacity: .2; }
  .local {
    position: absolute; inset: auto 12px 4px auto; width: clamp(64px, 22cqi, 200px); max-height: 42%; aspect-ratio: 4 / 3; object-fit: cover;
    border-radius: calc(var(--_radius) * .75); background: #000; box-shadow: 0 0 0 1px #ffffff2e, 0 2px 10px #0006;
  }
  .mirrored { transform: scaleX(-1); }
  .overlay {
    position: relative; display: flex; flex-direction: column; align-items: center; gap: 8px; min-width: 0; min-height: 0; padding: 12px; overflow: hidden auto;
  }
  .face { display: flex; flex-direction: column; align-items: center; gap: 4px; max-width: 100%; margin: auto; text-align: center; overflow-wrap: anywhere; }
  .portrait { margin-bottom: 8px; }
  .face .avatar { width: clamp(56px, 16cqi, 112px); height: auto; aspect-ratio: 1; font-size: clamp(20px, 6cqi, 40px); }
  .idle .avatar { color: var(--_muted); background: var(--_bg); }
  .face .avatar .icon { width: 40%; height: 40%; }
  .who { display: flex; align-items: center; gap: 6px; max-width: 100%; font-size: clamp(18px, 3cqi, 24px); font-weight: 600; }
  .how { display: flex; flex-wrap: wrap; justify-content: center; gap: 0 8px; color: var(--_muted); }
  .ended .how { font-size: clamp(16px, 2.5cqi, 20px); color: inherit; }
  [part='timer'] { font-variant-numeric: tabular-nums; }
  .badge { display: grid; place-items: center; width: 24px; height: 24px; border-radius: 50%; color: var(--_on-danger); background: var(--_danger); }
  .badge .icon { width: 14px; height: 14px; }
  .picture.active .face {
    flex-direction: row; gap: 10px; align-self: start; margin: 0 auto auto 0; padding: 4px 12px; border-radius: 99px; background: #000000a6;
  }
  .picture.active .portrait { display: none; }
  .picture.active .who { font-size: 15px; }
  .picture.active .how { color: inherit; font-size: 14px; }
  .banner:not(:empty) {
    order: -1; display: flex; align-items: center; gap: 8px; width: 100%; max-width: 640px; padding: 4px 4px 4px 14px; border-radius: var(--_radius);
    font-size: 14px; text-align: start; color: #191c22; background: #ffe9bd;
  }
  .banner p { flex: 1; margin: 8px 0; }
  .banner button { border: 0; background: none; }
  .bar { display: flex; flex-wrap: wrap; align-items: center; justify-content: center; gap: var(--_gap); padding: 12px 8px; }
  .bar .icon-only { border-color: transparent; }
  .bar [aria-pressed='false']:is([part~='mic-button'], [part~='camera-button']), [part~='screen-button'][aria-pressed='true'] {
    color: #191c22; background: #f2f4f8;
  }
  .bar .danger.icon-only { padding: 0 18px; }
  [part~='hangup-button'] .icon { transform: rotate(135deg); }
  .problem { position: relative; }
  .problem::after {
    content: '!'; position: absolute; inset: -3px -3px auto auto; width: 18px; border-radius: 50%; font: 700 12px/18px sans-serif;
    color: #191c22; background: #ffc24b;
  }
  [aria-busy] { opacity: .6; }
  .answer {
    flex-direction: column; gap: 6px; min-width: 76px; padding: 0 2px; border: 0; border-radius: var(--_radius); background: none;
    font-size: 13px; font-weight: 500;
  }
  .disc { display: grid; place-items: center; width: 56px; height: 56px; border-radius: 50%; background: #ffffff29; }
  .answer:hover { background: none; }
  .answer:hover .disc { filter: brightness(1.15); }
  .disc.danger { color: var(--_on-danger); background: var(--_danger); }
  .disc.danger .icon { transform: rotate(135deg); }
  .disc.success { color: #fff; background: var(--_success); }
  @container rtc-call (width < 480px) {
    .overlay { padding: 8px; }
    .stage:not(.picture.active) .local { inset: 8px 8px auto auto; }
    .bar { align-items: start; gap: 6px; padding: 8px; }
    .bar .danger.icon-only { padding: 0; }
    .banner:not(:empty) { padding-inline-start: 10px; font-size: 13px; line-height: 1.25; }
  }
  @container rtc-call (width < 340px) {
    .answer { min-width: 44px; max-width: 64px; font-size: 11px; line-height: 1.2; }
    .disc { width: 44px; height: 44px; }
    .picture.active .face { padding: 2px 8px; gap: 6px; }
    .picture.active :is(.who, .how) { font-size: 12px; }
  }
  @media (forced-colors: active) { .disc, .stage, .face, .banner { border: 1px solid; } }
`;
