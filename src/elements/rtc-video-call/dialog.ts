/** A click on what is around an open panel closes it. */
export function closeFromAround({ target, currentTarget }: MouseEvent): void {
  if (target === currentTarget) (currentTarget as HTMLDialogElement).close();
}

/**
 * The focus begins at its title: nobody confirms with a key that was meant to open it. (Not by `autofocus`, which browsers already try, and complain of, when the
 * closed panel comes into a page that has the focus elsewhere.)
 */
export function openModal(dialog: HTMLDialogElement | null): void {
  if (!dialog || dialog.open) return;
  dialog.showModal();
  dialog.querySelector('h2')!.focus();
}
