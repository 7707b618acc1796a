import { css } from 'lit';

export const memberListStyles = css`
  :host {
    display: flex; flex-direction: column; min-height: 0; max-height: 100dvh; overflow: hidden; background: var(--_surface);
    border-radius: var(--_radius);
  }
  .heading { flex: none; padding: 12px 16px 8px; font-weight: 600; }
  .heading span { margin-inline-start: 4px; font-weight: 400; color: var(--_muted); }
  .scroller { flex: 1 1 auto; min-height: 0; overflow-y: auto; padding: 0 8px; overscroll-behavior: contain; scrollbar-width: thin; }
  .canvas { position: relative; }
  .item {
    position: absolute; inset: 0 0 auto; display: flex; align-items: center; gap: 12px; height: 3.5rem; padding: 0 8px;
    border-radius: calc(var(--_radius) * .75);
  }
  .item.callable { cursor: pointer; }
  .item.callable:hover { background: color-mix(in srgb, var(--_on-surface) 7%, transparent); }
  .item:focus-visible { outline-offset: -2px; }
  .avatar { font-size: .875em; color: var(--_on-surface); background: color-mix(in srgb, var(--_accent) 18%, transparent); }
  .offline :is(.avatar, .nickname) { color: var(--_muted); }
  .offline .avatar { background: none; box-shadow: inset 0 0 0 1px var(--_border); }
  .words { flex: 1; min-width: 0; line-height: 1.25; }
  .words > * { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
  .nickname { font-weight: 500; }
  .status { font-size: .8125em; color: var(--_muted); }
  .busy .status { color: var(--_warning); }
  button { flex: none; border: 0; color: var(--_accent); background: none; }
  button:hover { background: color-mix(in srgb, var(--_accent) 14%, transparent); }
  button[aria-disabled='true'] { color: var(--_muted); background: none; opacity: .6; cursor: default; }
  .empty { flex: none; padding: 12px 16px 16px; color: var(--_muted); }
`;
