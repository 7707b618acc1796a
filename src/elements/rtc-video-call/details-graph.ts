import { html, svg, type TemplateResult } from 'lit';

const WIDTH = 300;
const HEIGHT = 48;

/** One line of a graph; null: no point. */
export type Line = readonly (number | null)[];

/** The points of a line in the drawing, newest at the right edge; it breaks where there are none. */
export function pathOf(line: Line, most: number, capacity: number): string {
  const step = WIDTH / Math.max(1, capacity - 1);
  let isDrawing = false;
  return line.map((value, index) => {
    if (value === null) return ((isDrawing = false), '');
    const x = WIDTH - (line.length - 1 - index) * step;
    const y = HEIGHT - 1 - (Math.min(value, most) / (most || 1)) * (HEIGHT - 2);
    const command = isDrawing ? 'L' : 'M';
    isDrawing = true;
    return `${command}${x.toFixed(1)} ${y.toFixed(1)}`;
  }).join('');
}

/** A small picture of the lines, the first solid, the second dashed; `said` is what it shows in words. */
export function graph(title: string, said: string, lines: readonly Line[], most: number, capacity: number): TemplateResult {
  return html`<figure>
    <figcaption><b>${title}</b> <span>${said}</span></figcaption>
    <svg viewBox="0 0 300 48" preserveAspectRatio="none" role="img" aria-label="${title}: ${said}">${lines.map((line, index) =>
      svg`<path class=${index ? 'second' : 'first'} d=${pathOf(line, most, capacity)} />`)}</svg>
  </figure>`;
}
