/** The player's icons, 20 × 20. */
import React from "react";

const PATHS = {
  play: "M6 3.8v12.4a.6.6 0 0 0 .92.5l9.7-6.2a.6.6 0 0 0 0-1l-9.7-6.2a.6.6 0 0 0-.92.5Z",
  pause: "M5.5 3.5h3v13h-3zM11.5 3.5h3v13h-3z",
  again: "M10 3.5a6.5 6.5 0 1 1-6.2 4.6l1.6.5A4.8 4.8 0 1 0 10 5.2v2.6L5.9 4.4 10 1v2.5Z",
  skip: "M3 4.2v11.6l7-5.8-7-5.8Zm7 0v11.6l7-5.8-7-5.8Z",
  trail: "M4.5 3a2.500 2.500 0 1 1-.9 4.830L5.900 12.100h3.400l3.500-4.600A2.500 2.500 0 1 1 14.200 8.700L10.300 13.900H5.600a2.500 2.500 0 1 1-1.500-1.700L1.900 7.900A2.500 2.500 0 0 1 4.500 3Z",
  keys: "M2.500 5h15v10h-15V5ZM4.300 6.800v1.700H6V6.800H4.300Zm3.200 0v1.700h1.700V6.800H7.500Zm3.300 0v1.700h1.700V6.800h-1.700Zm3.200 0v1.700h1.700V6.800H14ZM4.300 9.200v1.700H6V9.200H4.300Zm3.200 0v1.700h1.700V9.200H7.500Zm3.300 0v1.700h1.700V9.200h-1.700Zm3.200 0v1.700h1.700V9.200H14ZM6.500 11.900v1.500h7v-1.500h-7Z",
  full: "M3 3h5.2v1.8H4.8v3.4H3V3Zm8.8 0H17v5.2h-1.8V4.8h-3.4V3ZM3 11.8h1.8v3.4h3.4V17H3v-5.2Zm12.2 0H17V17h-5.2v-1.8h3.4v-3.4Z",
  small: "M6.4 3h1.8v5.2H3V6.4h3.4V3Zm5.4 0h1.8v3.4H17v1.8h-5.2V3ZM3 11.8h5.2V17H6.4v-3.4H3v-1.8Zm8.8 0H17v1.8h-3.4V17h-1.8v-5.2Z",
  alert: "M10 2.2 18.6 17H1.4L10 2.2Zm-.9 5.6v4.4h1.8V7.8H9.1Zm0 5.6v1.8h1.8v-1.8H9.1Z",
  film: "M2.5 4h15v12h-15V4Zm2 2v1.5H6V6H4.500Zm0 3.200v1.600H6V9.200H4.500Zm0 3.300V14H6v-1.500H4.500Zm9.500-6.500v1.500h1.500V6H14Zm0 3.200v1.600h1.500V9.200H14Zm0 3.300V14h1.500v-1.500H14Z",
} as const;

export function Icon({ name }: { name: keyof typeof PATHS }): React.ReactElement {
  return (
    <svg className="hw-glyph" viewBox="0 0 20 20" width="20" height="20" aria-hidden="true" focusable="false">
      <path d={PATHS[name]} fill="currentColor" fillRule="evenodd" />
    </svg>
  );
}
