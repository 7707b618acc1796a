/** A click on what is around an open panel closes it. */
export function closeFromAround({ target, currentTarget }: MouseEvent): void {
  if (target === currentTarget) (currentTarget as HTMLDialogElement).close();
}
