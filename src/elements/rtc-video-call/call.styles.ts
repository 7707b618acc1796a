import { css } from 'lit';

export const callStyles = css`
  .stage { display: grid; grid: minmax(0, 1fr) auto / minmax(0, 1fr) auto; }
  .stage:focus-visible { outline-offset: -3px; }
  .idle { color: var(--_muted); }
  .stage:not(.idle) { --_muted: #b3bac7; color-scheme: dark; color: #f2f4f8; background: var(--rtc-video-bg, #14161b); }
  .pictures { grid-area: 1 / 1; position: relative; display: grid; overflow: hidden; }
  /* Fills the view, but where it would lose more than a quarter of its height or 55% of its width: there it is as large as that allows. */
  .remote {
    position: absolute; inset: 0; margin: auto; height: 100%; max-width: 100%; max-height: calc(220cqi / var(--_ratio)); aspect-ratio: calc(var(--_ratio) * 1.3);
    object-fit: var(--rtc-video-fit, cover); visibility: hidden;
  }
  .picture.active .remote { visibility: visible; }
  .local {
    position: absolute; inset-block-end: 4px; inset-inline-end: 12px; width: clamp(72px, 22cqi, 200px); max-height: 42%; aspect-ratio: auto 4 / 3; object-fit: cover;
    border-radius: var(--_radius); background: #000; outline: 1px solid #ffffff2e;
  }
  .mirrored { transform: scaleX(-1); }
  .overlay { position: relative; display: flex; flex-direction: column; align-items: center; gap: 8px; padding: 12px; overflow: hidden auto; }
  .overlay > button { margin-block: auto; }
  .idle .overlay { overflow: hidden; }
  .face { display: flex; flex-direction: column; align-items: center; gap: 4px; margin: auto; text-align: center; text-wrap: balance; overflow-wrap: anywhere; }
  .face .avatar { width: 2.8em; margin-bottom: 8px; font-size: clamp(20px, min(6cqi, 7dvh), 40px); }
  @media (height < 300px) { .face .avatar { display: none; } }
  .idle .avatar { color: inherit; background: var(--_bg); }
  .idle .icon { scale: 1.6; }
  .who, .ended .how { color: inherit; font-size: clamp(1.0625em, 3cqi, 1.5em); font-weight: 600; }
  .how { color: var(--_muted); font-variant-numeric: tabular-nums; }
  .answer .disc { width: 100%; max-width: min(56px, 18dvh); aspect-ratio: 1; border: 1px solid #0000; background: #ffffff29; }
  .recording, button.danger, .danger .disc { color: var(--_on-danger); background: var(--_danger); }
  .picture.active .face { flex-direction: row; gap: 10px; order: -2; max-width: 100%; margin: 0; margin-inline-end: auto; padding: 4px 12px; border-radius: 99px; background: #24272ecc; }
  .picture.active bdi { overflow: hidden; white-space: nowrap; text-overflow: ellipsis; }
  time { white-space: nowrap; }
  .picture.active [part='placeholder'] { display: none; }
  /* Behind the last word of a long name. */
  .who > span { display: inline-grid; margin-inline-start: 6px; vertical-align: middle; }
  .picture.active :is(.who, .how) { color: inherit; font-size: .875em; }
  .picture.active .who { display: flex; align-items: center; min-width: 0; }
  .keys { grid-column: 1 / -1; }
  /* Over the picture, where it was before there was one: what stands at the foot of the pictures stays there. */
  .picture.active .keys { grid-area: 1 / 1; z-index: 1; align-self: end; }
  :where(.picture.active .bar) button { background: #24272ecc; }
  .picture.active:has(.keys) .pictures > :not(.remote, dialog) { margin-bottom: calc(var(--_size) + 24px); }
  .bar { flex-wrap: wrap; padding: 12px 8px; }
  .bar, slot[name='incoming'] { flex: 1; min-width: 0; display: flex; justify-content: center; gap: min(var(--_gap), 1.6cqi); }
  button.unusual { color: #191c22; background: #f2f4f8; }
  .danger, .success { border-color: #0000; }
  .danger:hover, .success:hover, .answer:hover .disc { filter: brightness(1.15); }
  .danger.icon-only { padding: 0 min(18px, 3cqi); }
  .danger .icon { transform: rotate(135deg); }
  button.success, .success .disc { color: #fff; background: var(--_success); }
  .bar .answer { flex-direction: column; justify-content: start; gap: 6px; flex: 0 1 84px; padding: 0; border: 0; background: none; font-size: .8125em; line-height: 1.2; }
  .unseen { position: absolute; width: 1px; height: 1px; margin: 0; overflow: hidden; clip-path: inset(50%); }
  @container rtc-call (width < 360px) {
    [part~='pip-button'], [part~='fullscreen-button'] { display: none; }
  }
`;
