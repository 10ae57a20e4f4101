export function Logo() {
  return (
    <span className="flex items-center gap-2 text-md font-semibold">
      <svg className="flex-none" width="18" height="18" viewBox="0 0 18 18" aria-hidden="true">
        <path d="M1 5.5q4-3 8 0t8 0M1 10q4-2.4 8 0t8 0M1 14.2h16" fill="none" stroke="currentColor" strokeWidth="1.7" />
      </svg>
      Silt
    </span>
  );
}
