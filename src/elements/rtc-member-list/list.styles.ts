import { css } from 'lit';

export const listStyles = css`
  .heading { padding: 12px 16px 8px; font-weight: 600; }
  .heading span { margin-inline-start: 4px; font-weight: 400; color: var(--_muted); }
  .scroller { overflow-y: auto; padding: 0 8px; scrollbar-width: thin; }
  .canvas { position: relative; }
  .item {
    position: absolute; inset: 0 0 auto; display: flex; align-items: center; gap: 12px; height: max(56px, 3.5rem); padding: 0 8px; border-radius: var(--_radius);
  }
  .item:focus-visible { outline-offset: -2px; }
  .callable { cursor: pointer; }
  .avatar { width: max(40px, 2.5rem); font-size: .875em; }
  .offline { color: var(--_muted); }
  .words { flex: 1; min-width: 0; line-height: 1.25; }
  .words > *, .name > [part] { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
  .name { display: flex; align-items: center; gap: 4px; }
  .status { font-size: .8125em; color: var(--_muted); }
  .busy .status { color: var(--_warning); }
  .item button { color: var(--_accent); background: none; }
  .callable:hover, .item button:hover { background: color-mix(in srgb, var(--_on-surface) 7%, transparent); }
  .item [aria-disabled='true'] { opacity: .5; pointer-events: none; }
  .empty { margin: auto; padding: 16px; text-align: center; color: var(--_muted); }
`;
