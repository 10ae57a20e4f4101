const two = (value: number): string => String(value).padStart(2, '0');

/** A moment as a `datetime-local` control takes it, in the browser's own time zone: `2026-05-14T11:42`. */
export function toLocalInput(milliseconds: number): string {
  const date = new Date(milliseconds);
  const day = `${String(date.getFullYear()).padStart(4, '0')}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
  return `${day}T${two(date.getHours())}:${two(date.getMinutes())}`;
}

/** What a year is not while it is still being typed. */
const FIRST_YEAR = 2000;

/** Milliseconds since the epoch; null = nothing whole is in the control. */
export function fromLocalInput(text: string): number | null {
  const date = new Date(text);
  const milliseconds = date.getTime();
  return text === '' || Number.isNaN(milliseconds) || date.getFullYear() < FIRST_YEAR ? null : milliseconds;
}
